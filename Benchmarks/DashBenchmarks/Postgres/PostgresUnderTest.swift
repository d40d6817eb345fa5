import DashJSON
import DashModel
import Foundation

/// `dashd` on a fresh database with fifty realtime pipelines that map and validate, and the floor's database beside it.
final class PostgresUnderTest {
    static let pipelineCount = 50
    /// Distinct records, before they come around again.
    static let recordCount = 300_000

    let dash: DashUnderTest
    let server: DatabaseServer
    let database: BenchDatabase
    let pipelines: [String]
    private let run: BenchRun
    private var floorDatabase: BenchDatabase?

    init(_ run: BenchRun, _ purpose: String) throws {
        guard let server = run.database else { throw BenchError("DASH_BENCH_DATABASE_URL names no server") }
        self.run = run
        self.server = server
        database = try BenchDatabase(server, purpose)
        do {
            let dash = try DashUnderTest(run, database: database)
            self.dash = dash
            pipelines = try (0..<Self.pipelineCount).map { index in
                let id = try dash.createRealtime("pipeline \(index)")
                _ = try dash.create("data_mappings", SampleMapping.attributes, of: ("pipeline", id))
                return id
            }
        } catch {
            database.drop()
            throw error
        }
    }

    /// Stops the server and removes what it left.
    func end() {
        dash.server.stop()
        dash.server.removeData()
        database.drop()
        floorDatabase?.drop()
    }

    /// Posts of `size` distinct records, to the pipelines in turns.
    func posts(of size: Int) -> [[UInt8]] {
        let headers = [dash.authorization, ("content-type", "application/json")]
        return (0..<min(Self.recordCount / size, 10_000)).map { index in
            let body = size == 1 ? SampleRecords.record(index) : SampleRecords.batch(size, from: index * size)
            return HTTPMessage.request(
                "POST",
                "/ingest/\(pipelines[index % pipelines.count])",
                headers: headers,
                body: body
            )
        }
    }

    /// The same records, mapped, for bare COPY into the same tables in a database of its own.
    func floor() throws -> CopyFloor {
        let database = try BenchDatabase(server, "floor")
        floorDatabase = database
        try database.migrate(run)
        return CopyFloor(database: database, groups: try groups())
    }

    /// The rows that the pipelines make of the records.
    func groups() throws -> [CopyGroup] {
        let ids = pipelines.compactMap { UUID(uuidString: $0) }
        let team = UUID()
        let size = 1_000
        let perGroup = CopyFloor.rowsPerGroup / size
        return try (0..<Self.recordCount / CopyFloor.rowsPerGroup).map { group in
            var rows = CopyGroup()
            for batch in group * perGroup..<(group + 1) * perGroup {
                let records = try SampleMapping.mapped(size, from: batch * size)
                rows.append(records, pipeline: ids[batch % ids.count], team: team)
            }
            return rows
        }
    }
}

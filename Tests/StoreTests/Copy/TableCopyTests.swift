import DashModel
import DashSQLite
import DashStorage
import FoundationEssentials
import Logging
import Testing

@Suite("Copying an embedded installation", .closingStores)
struct TableCopyTests {
    @Test("every table of the database is in the plan, but for those that hold no data of the installation")
    func everyTable() async throws {
        let source = try await Self.installation(records: 1)
        let plan = try CopyPlan(from: try await source.tables(), to: try await MemoryTarget().tables())
        let live = try await source.liveTables()
        let own = ["schema_migrations", "record_sequence", "leases", "field_rollups", "rolled_fields"]
        #expect(Set(plan.steps.map(\.table)) == live.subtracting(own))
        #expect(plan.steps.count >= Resources.all.count)
        // Each column as well, but for what is computed.
        for step in plan.steps {
            guard let resource = Resources.named(step.table) else { continue }
            let generated = Migrations.generatedColumns[step.table] ?? []
            let kept = Migrations.internalColumns[step.table] ?? []
            let expected = Set(resource.columns.map(\.name)).subtracting(generated).union(kept)
            #expect(Set(step.columns.map(\.name)) == expected, "\(step.table)")
        }
    }

    @Test("broken off at every batch and begun again, each row is there once and the sums are equal")
    func resumes() async throws {
        let source = try await Self.installation(records: 50)
        let target = MemoryTarget()
        var starts = 0
        while !target.isEnded, starts < 200 {
            starts += 1
            target.breakOff(after: 1)
            do {
                try await TableCopy(from: source, to: target, batchRows: 10).run { _ in }
            } catch is MemoryTarget.Broken {}
        }
        #expect(target.isEnded)
        #expect(starts > 6)
        #expect(target.rows(of: "pipeline_data").count == 50)
        #expect(Set(target.rows(of: "pipeline_data").map { $0.cells }).count == 50)
        #expect(target.nextRecordID == 51)
        #expect(target.rows(of: "pipelines").count == 1)
    }

    @Test("a row too few is found by the comparison, and the copy is not ended")
    func comparison() async throws {
        let source = try await Self.installation(records: 5)
        let target = MemoryTarget()
        let error = await #expect(throws: DashError.self) {
            try await TableCopy(from: source, to: target).run { report in
                if case .copied(table: "pipeline_data", _, _, _) = report { target.lose("pipeline_data") }
            }
        }
        #expect(error?.message.contains("pipeline_data (5 rows") == true)
        #expect(!target.isEnded)
    }

    @Test("a copy goes on only from the installation that it began with")
    func identity() async throws {
        let target = MemoryTarget()
        target.breakOff(after: 0)
        let first = try await Self.installation(records: 1)
        await #expect(throws: MemoryTarget.Broken.self) { try await TableCopy(from: first, to: target).run { _ in } }
        target.breakOff(after: nil)
        let clock = HeldClock(Timestamp(seconds: 1_700_000_000))
        let second = try await Engines.sqlite(at: Engines.temporaryPath(), clock)
        await #expect(throws: DashError.self) { try await TableCopy(from: second, to: target).run { _ in } }
    }

    @Test("large records come in small batches")
    func largeRows() async throws {
        let source = try await Self.installation(records: 0)
        let step = try #require(
            try CopyPlan(from: try await source.tables(), to: try await MemoryTarget().tables()).steps
                .first { $0.table == "pipeline_data" }
        )
        let clock = HeldClock()
        let tenant = try await Tenant(source.store, clock)
        let text = "{\"text\":\"\(String(repeating: "x", count: 100_000))\"}"
        _ = try await source.store.commits.commit([tenant.part(Array(repeating: text, count: 20))])
        let page = try await source.page(step, after: nil, limit: 10_000, bytes: 250_000)
        #expect(page.count == 3)
        let last = try #require(page.last)
        let rest = try await source.page(step, after: step.key.map { last.cells[$0] }, limit: 10_000, bytes: 10 << 20)
        #expect(rest.count == 17)
    }

    static func installation(records: Int) async throws -> SQLiteEngine {
        let clock = HeldClock()
        let engine = try await Engines.sqlite(at: Engines.temporaryPath(), clock)
        guard records > 0 else { return engine }
        let tenant = try await Tenant(engine.store, clock)
        _ = try await tenant.addSink()
        _ = try await engine.store.commits.commit([
            tenant.part((0..<records).map { "{\"n\":\($0),\"nested\":{\"b\":1e2,\"a\":[\"é\",null]}}" })
        ])
        return engine
    }
}

import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials
import Synchronization

/// Pipelines that count what they are asked for, and find fault with what the tests mark as faulty.
final class CountingOperations: PipelineOperations {
    private let store: Store
    private let calls = Mutex<[String: Int]>([:])

    init(store: Store) { self.store = store }

    func count(_ call: String) -> Int { calls.withLock { $0[call] ?? 0 } }

    private func note(_ call: String) { calls.withLock { $0[call, default: 0] += 1 } }

    func ingestTarget(_ pipeline: UUID) async throws -> IngestTarget? { nil }

    func ingest(_ request: IngestRequest) async throws -> IngestReceipt {
        IngestReceipt(accepted: 0, quarantined: 0, duplicates: 0)
    }

    func runNow(_ pipeline: UUID, in team: UUID) async throws -> UUID {
        note("run")
        return .v7()
    }

    func forgetFailures(of pipeline: UUID) { note("forget failures") }

    func preview(
        _ pipeline: UUID,
        in team: UUID,
        mapping: JSONValue?,
        sample: [UInt8]?,
        from origin: PreviewOrigin
    ) async throws -> PipelinePreview {
        note("preview")
        note("preview \(origin.rawValue)")
        var output = RecordBytes()
        if let sample { output.append(sample) }
        let record = PreviewedRecord(input: mapping ?? .null, outcome: .mapped, output: output)
        return PipelinePreview(records: [record], schema: [:])
    }

    func replay(_ pipeline: UUID, in team: UUID, matching filter: QuarantineFilter) async throws -> ResourceRow {
        note("replay")
        let values: [String: JSONValue] = [
            "team_id": .string(team.text), "pipeline_id": .string(pipeline.text), "selection": filter.json, "total": 1,
            "until": .string(UUID.v7().text),
        ]
        let change = ResourceChange.insert(Resources.replays, ResourceRow(id: .v7(), values: values))
        guard let row = try await store.resources.apply([change], in: .team(team)).first else {
            throw DashError(.internal, "no row")
        }
        return row
    }

    func testSink(_ sink: UUID, in team: UUID) async throws { note("test") }

    func latest(of pipeline: UUID, limit: Int) async throws -> [Record] { [] }

    func verify(_ resource: Resource, _ row: ResourceRow, in team: UUID) async throws -> [DashError.Issue] {
        note("verify \(resource.name)")
        guard resource == Resources.pipelines else { return [] }
        var issues: [DashError.Issue] = []
        if row["source_type"] == "http", row["source_config"]["url"] == nil {
            issues.append(.init(pointer: "/source_config/url", message: "is required"))
        }
        if row.string("source_type")?.isEmpty != false {
            issues.append(.init(pointer: "/source_type", message: "is not known"))
        }
        return issues
    }
}

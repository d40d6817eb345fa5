import DashExchange
import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials
import Synchronization

/// Pipelines that store what they are given and tell it, without the engine; they count what they are asked for.
final class TestOperations: PipelineOperations {
    private let store: Store
    private let pubsub: any PubSub
    private let clock: any WallClock
    private let targets = Mutex<[UUID: IngestTarget]>([:])
    private let failure = Mutex<DashError?>(nil)
    private let requests = Mutex<[IngestRequest]>([])
    private let receipt = Mutex<IngestReceipt?>(nil)

    init(store: Store, pubsub: any PubSub, clock: any WallClock = SystemClock()) {
        self.store = store
        self.pubsub = pubsub
        self.clock = clock
    }

    var received: [IngestRequest] { requests.withLock { $0 } }

    func accept(_ pipeline: UUID, in team: UUID, auth: String, verifier: WebhookVerifier? = nil) {
        targets.withLock { $0[pipeline] = IngestTarget(team: team, auth: auth, verifier: verifier) }
    }

    /// Instead of what would be answered.
    func answer(with value: IngestReceipt) { receipt.withLock { $0 = value } }

    func fail(with error: DashError?) { failure.withLock { $0 = error } }

    func ingestTarget(_ pipeline: UUID) async throws -> IngestTarget? { targets.withLock { $0[pipeline] } }

    func ingest(_ request: IngestRequest) async throws -> IngestReceipt {
        requests.withLock { $0.append(request) }
        if let error = failure.withLock({ $0 }) { throw error }
        do {
            _ = try JSONDocument(parsing: request.body)
        } catch {
            throw DashError(.invalid, "The body is not JSON: \(error)")
        }
        guard let target = targets.withLock({ $0[request.pipeline] }) else { throw DashError(.notFound, "gone") }
        try await save([request.body], to: request.pipeline, in: target.team)
        return receipt.withLock { $0 } ?? IngestReceipt(accepted: 1, quarantined: 0, duplicates: 0)
    }

    /// Stores records and tells who listens.
    func save(_ records: [[UInt8]], to pipeline: UUID, in team: UUID) async throws {
        guard let committed = try await commit(records, to: pipeline, in: team) else { return }
        try await pubsub.publish(.committed(committed), to: .pipeline(pipeline))
        try await pubsub.publish(.committed(committed), to: .records)
    }

    /// Stores records, of which nobody is told; returns their ids.
    func store(_ records: [[UInt8]], to pipeline: UUID, in team: UUID) async throws -> ClosedRange<Int64> {
        guard let committed = try await commit(records, to: pipeline, in: team) else {
            throw DashError(.internal, "nothing was stored")
        }
        return committed.firstID...committed.lastID
    }

    private func commit(_ records: [[UInt8]], to pipeline: UUID, in team: UUID) async throws -> CommittedBatch? {
        var bytes = RecordBytes()
        for record in records { bytes.append(record) }
        let now = clock.now
        let batch = RecordBatch(team: team, pipeline: pipeline, receivedAt: now, records: bytes)
        var commit = BatchCommit(
            batch: batch,
            persists: true,
            run: .minute(trigger: "webhook", startedAt: now, timings: [:])
        )
        commit.ledger[.received] = Int64(records.count)
        guard case .saved(let first)? = try await store.commits.commit([commit]).first else { return nil }
        return CommittedBatch(batch: batch, firstID: first)
    }

    func runNow(_ pipeline: UUID, in team: UUID) async throws -> UUID { .v7() }
    func forgetFailures(of pipeline: UUID) {}

    func preview(
        _ pipeline: UUID,
        in team: UUID,
        mapping: JSONValue?,
        sample: [UInt8]?,
        from origin: PreviewOrigin
    ) async throws -> PipelinePreview {
        var output = RecordBytes()
        output.append(Array(#"{"temperature":21}"#.utf8))
        let refusal = QuarantinedRecord(rule: "required", field: "temp", reason: "is missing", data: Array("{}".utf8))
        return PipelinePreview(
            records: [
                PreviewedRecord(input: ["temp": 21], outcome: .mapped, output: output),
                PreviewedRecord(input: ["temp": -300], outcome: .filtered, output: RecordBytes()),
                PreviewedRecord(input: [:], outcome: .refused, output: RecordBytes(), refusal: refusal),
            ],
            schema: ["type": "object"],
            testFailures: [.init(pointer: "/tests/0/expected", message: "test \"warm\": is 1, expected 2")]
        )
    }

    func replay(_ pipeline: UUID, in team: UUID, matching filter: QuarantineFilter) async throws -> ResourceRow {
        let extent = try await store.quarantine.extent(of: pipeline, matching: filter)
        let values: [String: JSONValue] = [
            "team_id": .string(team.text), "pipeline_id": .string(pipeline.text), "selection": filter.json,
            "total": .number(JSONNumber(extent.count)), "until": .string((extent.last ?? .v7()).text),
        ]
        let change = ResourceChange.insert(Resources.replays, ResourceRow(id: .v7(), values: values))
        guard let row = try await store.resources.apply([change], in: .team(team)).first else {
            throw DashError(.internal, "no row")
        }
        return row
    }

    func testSink(_ sink: UUID, in team: UUID) async throws {}

    func latest(of pipeline: UUID, limit: Int) async throws -> [Record] {
        try await store.records.latest(of: pipeline, limit: limit, now: clock.now)
    }

    func verify(_ resource: Resource, _ row: ResourceRow, in team: UUID) async throws -> [DashError.Issue] {
        guard resource == Resources.pipelines, row["source_type"] == "http", row["source_config"]["url"] == nil else {
            return []
        }
        return [.init(pointer: "/source_config/url", message: "is required")]
    }
}

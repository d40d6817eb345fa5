import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// A team of a test's own with one pipeline.
struct Tenant {
    let store: Store
    let clock: HeldClock
    let team: UUID
    let pipeline: UUID

    init(_ factory: StoreFactory, limitGB: Int = 10, retentionDays: Int? = nil) async throws {
        let clock = HeldClock()
        try await self.init(try await factory.make(clock), clock, limitGB: limitGB, retentionDays: retentionDays)
    }

    init(_ store: Store, _ clock: HeldClock, limitGB: Int = 10, retentionDays: Int? = nil) async throws {
        self.store = store
        self.clock = clock
        team = UUID.v7()
        pipeline = UUID.v7()
        try await store.resources.apply(
            [
                .insert(
                    Resources.teams,
                    ResourceRow(
                        id: team,
                        values: [
                            "name": "T", "slug": .string("t-" + team.text),
                            "storage_limit_gb": .number(JSONNumber(limitGB)),
                        ]
                    )
                ),
                .insert(Resources.pipelines, Self.pipelineRow(pipeline, team: team, retentionDays: retentionDays)),
            ],
            in: .system
        )
    }

    static func pipelineRow(_ id: UUID, team: UUID, retentionDays: Int? = nil, type: String = "realtime") -> ResourceRow
    {
        ResourceRow(
            id: id,
            values: [
                "team_id": .string(team.text), "name": .string("P " + id.text), "type": .string(type),
                "source_type": "webhook", "source_config": ["secrets": ["hush-hush"]],
                "retention_days": retentionDays.map { .number(JSONNumber($0)) } ?? .null,
            ]
        )
    }

    func addPipeline(type: String = "p2p") async throws -> UUID {
        let id = UUID.v7()
        try await store.resources.apply(
            [.insert(Resources.pipelines, Self.pipelineRow(id, team: team, type: type))],
            in: .system
        )
        return id
    }

    func addSink() async throws -> UUID {
        let id = UUID.v7()
        let row = ResourceRow(id: id, values: ["pipeline_id": .string(pipeline.text), "sink_type": "webhook"])
        try await store.resources.apply([.insert(Resources.pipelineSinks, row)], in: .system)
        return id
    }

    func batch(_ texts: [String], at time: Timestamp? = nil, into pipeline: UUID? = nil) -> RecordBatch {
        let records = texts.reduce(into: RecordBytes()) { $0.append(Array($1.utf8)) }
        return RecordBatch(
            team: team,
            pipeline: pipeline ?? self.pipeline,
            receivedAt: time ?? clock.now,
            records: records
        )
    }

    /// A realtime part whose ledger says that it received its records.
    func part(
        _ texts: [String],
        at time: Timestamp? = nil,
        into pipeline: UUID? = nil,
        persists: Bool = true
    ) -> BatchCommit {
        let batch = batch(texts, at: time, into: pipeline)
        var part = BatchCommit(
            batch: batch,
            persists: persists,
            run: .minute(trigger: "webhook", startedAt: time ?? clock.now, timings: ["save": 5])
        )
        part.ledger[.received] = Int64(texts.count)
        part.ledger[.bytesReceived] = Int64(batch.records.bytes.count)
        return part
    }

    /// The records as Dash spells JSON: jsonb keeps what a text says and not how it says it.
    func stored() async throws -> [String] {
        try await store.records.latest(of: pipeline, limit: 10_000, now: clock.now).map {
            try JSONValue(parsing: Array($0.data)).text
        }
    }

    func usedGB() async throws -> Double {
        try await store.resources.fetch(Resources.teams, id: team, in: .system)?["storage_used_gb"].doubleValue ?? -1
    }
}

import DashJobs
public import DashModel
import DashStorage
public import FoundationEssentials

extension PipelineEngine: PipelineOperations {
    public func ingestTarget(_ pipeline: UUID) async throws -> IngestTarget? {
        guard let pipeline = try await catalog.pipeline(pipeline), pipeline.type == .realtime else { return nil }
        return IngestTarget(team: pipeline.team, auth: pipeline.ingestAuth, verifier: try pipeline.verifier())
    }

    public func runNow(_ pipeline: UUID, in team: UUID) async throws -> UUID {
        let row = try await row(pipeline, in: team)
        guard row.string("type") == PipelineType.polling.rawValue else {
            throw DashError(.conflict, "only polling pipelines can be run; this one is fed from outside")
        }
        let job = PollJobs(pipeline: pipeline, team: team).job(dueAt: clock.now, trigger: .manual)
        guard let id = try await store.jobs.enqueue([job], now: clock.now).first else {
            throw DashError(.conflict, "a run of this pipeline is already waiting or going on")
        }
        signals[PollJob.queue].wake()
        return id
    }

    public func forgetFailures(of pipeline: UUID) { states.rest(pipeline, until: nil) }

    public func testSink(_ sink: UUID, in team: UUID) async throws {
        guard let row = try await store.resources.fetch(Resources.pipelineSinks, id: sink, in: .team(team)) else {
            throw DashError(.notFound, "there is no such sink")
        }
        guard let kind = components.sink(row.string("sink_type") ?? "") else {
            throw DashError(.conflict, "this server has no sink of this kind")
        }
        if let reason = row.unreadable["sink_config"] { throw DashError(.conflict, reason) }
        let sink = try kind.make(row["sink_config"])
        do {
            try await sink.test(for: EgressOrigin(team: team, pipeline: row.uuid("pipeline_id") ?? team))
        } catch {
            await sink.close()
            throw error
        }
        await sink.close()
    }

    public func latest(of pipeline: UUID, limit: Int) async throws -> [Record] {
        let compiled = try await catalog.pipeline(pipeline)
        let records = try await hotRecords.latest(of: pipeline, limit: limit, isStored: compiled?.persists != false)
        return unexpired(records, of: compiled)
    }

    public func verify(
        _ resource: Resource,
        _ row: ResourceRow,
        in team: UUID
    ) async throws -> [DashError.Issue] {
        try await RowVerifier(components: components, store: store.resources, team: team).issues(resource, row)
    }

    func row(_ pipeline: UUID, in team: UUID) async throws -> ResourceRow {
        guard let row = try await store.resources.fetch(Resources.pipelines, id: pipeline, in: .team(team)) else {
            throw DashError(.notFound, "there is no such pipeline")
        }
        return row
    }

    /// The cache knows no retention; expired records are never shown.
    private func unexpired(_ records: [Record], of pipeline: CompiledPipeline?) -> [Record] {
        guard let retention = pipeline?.retention else { return records }
        let limit = clock.now - retention
        return records.filter { $0.ingestedAt > limit }
    }
}

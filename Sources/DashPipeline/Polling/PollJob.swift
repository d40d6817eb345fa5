import DashExchange
import DashJSON
import DashJobs
import DashModel
import DashStorage
import FoundationEssentials
import Logging

/// Polls one pipeline once: fetches, takes the body through the journey, and keeps the pipeline's status right.
struct PollJob: JobHandler {
    static let kind = "pipeline.poll"
    static let queue = "poll"
    var kind: String { Self.kind }

    let store: Store
    let catalog: PipelineCatalog
    let components: Components
    let runner: PipelineRunner
    let states: PollStates
    let signals: JobSignals
    let health: PipelineHealth
    let clock: any WallClock
    let metrics: PipelineMetrics

    func run(_ parameters: PollParameters, _ context: JobContext) async throws -> JobResult {
        guard let pipeline = try await catalog.pipeline(parameters.pipeline), pipeline.type == .polling else {
            return .discarded(reason: "there is no such polling pipeline")
        }
        if parameters.trigger != .manual, pipeline.status == .paused {
            let state = DueTime.State.skipped(reason: "the pipeline is paused")
            try await settleDue(parameters, state)
            try await settleOvertaken(pipeline, parameters, as: state)
            return .completed
        }
        guard states.begin(pipeline.id) else {
            return .retry(after: .milliseconds(500), reason: "the run before is still going")
        }
        let (result, hasMore) = try await poll(pipeline, parameters, context)
        if hasMore { try await goOn(with: pipeline) }
        return result
    }

    func setAside(_ parameters: PollParameters, reason: String) async throws {
        try await health.setAside(parameters.pipeline, reason: reason)
        try await settleDue(parameters, .failed(reason: reason))
    }

    private func poll(
        _ pipeline: CompiledPipeline,
        _ parameters: PollParameters,
        _ context: JobContext
    ) async throws -> (JobResult, hasMore: Bool) {
        defer { states.end(pipeline.id) }
        guard let row = try await store.resources.fetch(Resources.pipelines, id: pipeline.id, in: .system) else {
            return (.discarded(reason: "the pipeline was deleted"), false)
        }
        metrics.pollLateness.observe(context.startedAt - parameters.dueAt)
        do {
            let result = try await runner.run(journey(pipeline, row, parameters, context))
            let isSaved = if case .saved = result.outcome { true } else { false }
            return (try await succeeded(result, pipeline, row, parameters), isSaved && result.hasMore)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return (try await failed(error, pipeline, row, parameters, context), false)
        }
    }

    /// With a job that holds the place of the pipeline's due times, as the one before did: no two nodes read the same.
    private func goOn(with pipeline: CompiledPipeline) async throws {
        let job = PollJobs(pipeline: pipeline.id, team: pipeline.team)
            .job(dueAt: clock.now, trigger: .continuation, isOnly: pipeline.misfire != .all)
        try await store.jobs.enqueue([job], now: clock.now)
        signals[Self.queue].wake()
    }

    private func journey(
        _ pipeline: CompiledPipeline,
        _ row: ResourceRow,
        _ parameters: PollParameters,
        _ context: JobContext
    ) throws -> Journey {
        try pipeline.checkConfig()
        guard let make = components.source(pipeline.sourceType)?.make else {
            throw DashError(.invalid, "this server has no source \"\(pipeline.sourceType)\"")
        }
        let cursor = row["source_cursor"]
        let request = FetchRequest(
            team: pipeline.team,
            pipeline: pipeline.id,
            dueAt: parameters.dueAt,
            cursor: cursor.isNull ? nil : cursor
        )
        var journey = Journey(
            pipeline: pipeline,
            trigger: parameters.trigger,
            origin: .fetch(try make(pipeline.sourceConfig), request),
            startedAt: context.startedAt
        )
        journey.run = .single(
            id: .v7(at: context.startedAt),
            dueAt: parameters.trigger == .schedule ? parameters.dueAt : nil
        )
        journey.settles.job = context.lease
        return journey
    }

    private func succeeded(
        _ result: JourneyResult,
        _ pipeline: CompiledPipeline,
        _ row: ResourceRow,
        _ parameters: PollParameters
    ) async throws -> JobResult {
        switch result.outcome {
        case .saved, .repeated:
            states.rest(pipeline.id, until: nil)
            try await settleOvertaken(pipeline, parameters)
            try await health.recovered(row)
            return .settled
        case .fenced, .overlapping: return .settled
        case .overStorageLimit:
            let reason = "the team's storage limit is reached"
            states.rest(pipeline.id, until: clock.now + .seconds(60))
            try await settleDue(parameters, .failed(reason: reason))
            return .discarded(reason: reason)
        }
    }

    private func failed(
        _ error: any Error,
        _ pipeline: CompiledPipeline,
        _ row: ResourceRow,
        _ parameters: PollParameters,
        _ context: JobContext
    ) async throws -> JobResult {
        metrics.pollsFailed.add(1)
        let failure = PollFailure(error, count: (row.int("failure_count") ?? 0) + 1)
        let now = clock.now
        try await health.failed(row, failure, parameters, startedAt: context.startedAt, finishedAt: now)
        if let rest = failure.rest { states.rest(pipeline.id, until: now + rest) }
        let nextDue = pipeline.schedule?.next(after: max(now, parameters.dueAt))
        if let retry = failure.retry(attempt: context.attempt), parameters.trigger == .schedule,
            nextDue.map({ now + retry + .seconds(1) < $0 }) ?? true
        {
            return .retry(after: retry, reason: failure.message)
        }
        try await settleDue(parameters, .failed(reason: failure.message))
        try await settleOvertaken(pipeline, parameters)
        return .discarded(reason: failure.message)
    }

    private func settleDue(_ parameters: PollParameters, _ state: DueTime.State) async throws {
        guard parameters.trigger == .schedule else { return }
        try await store.dueTimes.settle(pipeline: parameters.pipeline, dueAt: parameters.dueAt, as: state)
    }

    /// Due times that came while this run went on have no job of their own: this one held its place. They are recorded
    /// a little ahead of their time.
    private func settleOvertaken(
        _ pipeline: CompiledPipeline,
        _ parameters: PollParameters,
        as state: DueTime.State? = nil
    ) async throws {
        let end = clock.now + PollPlan.furthest
        guard pipeline.misfire != .all, parameters.trigger != .manual, let schedule = pipeline.schedule,
            let next = schedule.next(after: parameters.dueAt), next <= end
        else { return }
        let reason = "run longer than interval"
        let usual: DueTime.State = pipeline.misfire == .skip ? .skipped(reason: reason) : .coalesced(reason: reason)
        let key = PollParameters.key(of: pipeline.id)
        try await store.dueTimes.settleOvertaken(of: pipeline.id, jobKey: key, until: end, as: state ?? usual)
    }
}

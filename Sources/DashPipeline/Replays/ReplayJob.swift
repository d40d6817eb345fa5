import DashExchange
import DashJSON
import DashJobs
import DashModel
import DashStorage
import FoundationEssentials

/// Takes quarantined records through the mapping as it is now, a bounded number at a time. Each stretch leaves the
/// quarantine in the transaction that saves what became of it, so that a job that starts again doubles nothing.
struct ReplayJob: JobHandler {
    static let kind = "pipeline.replay"
    var kind: String { Self.kind }

    /// Records of one transaction, and their bytes.
    static let stretch = 500
    private static let stretchBytes = 4 << 20
    /// So often a stretch may find that somebody else has taken a part of it.
    private static let collisions = 10

    let store: Store
    let catalog: PipelineCatalog
    let runner: PipelineRunner
    let pubsub: any PubSub
    let clock: any WallClock

    func run(_ parameters: ReplayParameters, _ context: JobContext) async throws -> JobResult {
        guard let row = try await store.resources.fetch(Resources.replays, id: parameters.replay, in: .system),
            row["finished_at"].isNull
        else { return .completed }
        do {
            try await note(row, ["status": "running"])
            try await replayAll(row, context)
            try await finish(row, "completed")
            return .completed
        } catch let error as DashError where [.invalid, .notFound, .storageLimit].contains(error.code) {
            try await finish(row, "failed", error)
            return .discarded(reason: error.message)
        } catch let error where !(error is CancellationError) && context.attempt >= context.maxAttempts {
            try await finish(row, "failed", error as? DashError)
            throw error
        }
    }

    func setAside(_ parameters: ReplayParameters, reason: String) async throws {
        guard let row = try await store.resources.fetch(Resources.replays, id: parameters.replay, in: .system),
            row["finished_at"].isNull
        else { return }
        try await finish(row, "failed", DashError(.internal, reason + " Replay the records to try again."))
    }

    private func replayAll(_ row: ResourceRow, _ context: JobContext) async throws {
        guard let id = row.uuid("pipeline_id"), let until = row.uuid("until") else {
            throw DashError(.invalid, "The replay names no pipeline.")
        }
        let filter = try QuarantineFilter(json: row["selection"])
        var collisions = 0
        while let row = try await store.resources.fetch(Resources.replays, id: row.id, in: .system),
            (row.int("replayed") ?? 0) < (row.int("total") ?? 0)
        {
            try Task.checkCancellation()
            guard let pipeline = try await catalog.pipeline(id) else {
                throw DashError(.notFound, "The pipeline was deleted.")
            }
            let records = try await stretch(of: id, filter, after: row.uuid("position"), until: until)
            guard !records.isEmpty else { return }
            switch try await runner.run(journey(records, through: pipeline, replay: row.id)).outcome {
            case .saved, .repeated:
                collisions = 0
                try await context.noteProgress()
            case .fenced, .overlapping:
                collisions += 1
                guard collisions < Self.collisions else {
                    throw DashError(.conflict, "Others take from the same part of the quarantine.")
                }
            case .overStorageLimit:
                throw DashError(.storageLimit, "The team's storage limit is reached; the rest stays in the quarantine.")
            }
        }
    }

    private func stretch(
        of pipeline: UUID,
        _ filter: QuarantineFilter,
        after: UUID?,
        until: UUID
    ) async throws -> [QuarantineRow] {
        let rows = try await store.quarantine.page(
            of: pipeline,
            matching: filter,
            after: after,
            until: until,
            limit: Self.stretch
        )
        var bytes = 0
        let bounded = rows.prefix { row in
            defer { bytes += row.record.data.count }
            return bytes < Self.stretchBytes
        }
        return Array(bounded)
    }

    private func journey(_ rows: [QuarantineRow], through pipeline: CompiledPipeline, replay: UUID) -> Journey {
        var journey = Journey(
            pipeline: pipeline,
            trigger: .replay,
            origin: .picked(PickedRecords(quarantined: rows.map(\.record))),
            startedAt: clock.now
        )
        journey.settles.replay = Settlement.Replay(id: replay, records: rows.map(\.id))
        return journey
    }

    private func finish(_ row: ResourceRow, _ status: JSONValue, _ error: DashError? = nil) async throws {
        let faults = error?.issues.map { "\($0.pointer) \($0.message)" } ?? []
        let message = error.map { ([$0.message] + faults).joined(separator: "; ") }
        try await note(
            row,
            [
                "status": status, "finished_at": .string(clock.now.text),
                "error_message": message.map { .string($0) } ?? .null,
            ]
        )
    }

    private func note(_ row: ResourceRow, _ values: [String: JSONValue]) async throws {
        try await store.resources.apply(
            [.update(Resources.replays, ResourceRow(id: row.id, values: values))],
            in: .system
        )
        guard let team = row.uuid("team_id") else { return }
        try await pubsub.publish(
            .changed(resource: Resources.replays.name, id: row.id, team: team, parent: row.uuid("pipeline_id")),
            to: .resources
        )
    }
}

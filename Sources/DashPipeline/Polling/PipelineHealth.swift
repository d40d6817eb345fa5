import DashExchange
import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// Writes what polls show of a pipeline's health: failed runs, the failure count, the status and its reason.
struct PipelineHealth: Sendable {
    let store: any ResourceStore
    let pubsub: any PubSub

    func recovered(_ row: ResourceRow) async throws {
        let isError = row.string("status") == PipelineStatus.error.rawValue
        guard isError || (row.int("failure_count") ?? 0) > 0 || row.string("error_message") != nil else { return }
        var values: [String: JSONValue] = ["failure_count": 0, "error_message": nil]
        if isError { values["status"] = .string(PipelineStatus.active.rawValue) }
        try await store.apply([.update(Resources.pipelines, ResourceRow(id: row.id, values: values))], in: .system)
        try await announce(row)
    }

    /// Stops polling: it goes on when somebody resumes the pipeline.
    func setAside(_ pipeline: UUID, reason: String) async throws {
        guard let row = try await store.fetch(Resources.pipelines, id: pipeline, in: .system) else { return }
        let values: [String: JSONValue] = [
            "status": .string(PipelineStatus.paused.rawValue), "next_run_at": .null,
            "error_message": .string(reason + " Resume the pipeline to try again."),
        ]
        try await store.apply([.update(Resources.pipelines, ResourceRow(id: pipeline, values: values))], in: .system)
        try await announce(row)
    }

    func failed(
        _ row: ResourceRow,
        _ failure: PollFailure,
        _ parameters: PollParameters,
        startedAt: Timestamp,
        finishedAt: Timestamp
    ) async throws {
        let run: [String: JSONValue] = [
            "team_id": row["team_id"], "pipeline_id": .string(row.id.text),
            "trigger": .string(parameters.trigger.rawValue), "status": "failed",
            "due_at": parameters.trigger == .schedule ? .string(parameters.dueAt.text) : nil,
            "started_at": .string(startedAt.text), "finished_at": .string(finishedAt.text),
            "error_message": .string(failure.message),
        ]
        var values: [String: JSONValue] = [
            "failure_count": .number(JSONNumber(failure.count)), "error_message": .string(failure.message),
        ]
        let next: PipelineStatus = failure.isRefusal ? .paused : .error
        let turns =
            failure.isError && row.string("status") != next.rawValue
            && row.string("status") != PipelineStatus.paused.rawValue
        if turns { values["status"] = .string(next.rawValue) }
        if turns, next == .paused { values["next_run_at"] = .null }
        try await store.apply(
            [
                .insert(Resources.runs, ResourceRow(id: .v7(at: startedAt), values: run)),
                .update(Resources.pipelines, ResourceRow(id: row.id, values: values)),
            ],
            in: .system
        )
        if turns { try await announce(row) }
    }

    private func announce(_ row: ResourceRow) async throws {
        try await pubsub.publish(
            .changed(resource: Resources.pipelines.name, id: row.id, team: row.uuid("team_id"), parent: nil),
            to: .resources
        )
    }
}

import DashExchange
import DashJSON
import DashJobs
public import DashModel
public import DashStorage
public import FoundationEssentials

extension PipelineEngine {
    public func replay(
        _ pipeline: UUID,
        in team: UUID,
        matching filter: QuarantineFilter
    ) async throws -> ResourceRow {
        _ = try await row(pipeline, in: team)
        try await requireNoReplay(of: pipeline, in: team)
        let extent = try await store.quarantine.extent(of: pipeline, matching: filter)
        guard let last = extent.last else {
            throw DashError(.conflict, "There is nothing to replay: no record of the quarantine was chosen.")
        }
        let replay = ResourceRow(
            id: .v7(at: clock.now),
            values: [
                "team_id": .string(team.text), "pipeline_id": .string(pipeline.text), "status": "waiting",
                "selection": filter.json, "total": .number(JSONNumber(extent.count)), "until": .string(last.text),
            ]
        )
        let job = NewJob(
            kind: ReplayJob.kind,
            parameters: ReplayParameters(replay: replay.id).json,
            team: team,
            uniqueKey: "replay:\(replay.id.text)"
        )
        let rows = try await store.resources.apply(
            [.insert(Resources.replays, replay), .enqueue(job)],
            in: .team(team)
        )
        signals["default"].wake()
        return rows.first ?? replay
    }

    /// Two at once would only get in each other's way.
    private func requireNoReplay(of pipeline: UUID, in team: UUID) async throws {
        let going = ResourceQuery(
            filters: [
                .init("pipeline_id", .eq, .string(pipeline.text)), .init("finished_at", .null, true),
            ],
            limit: 1
        )
        guard try await store.resources.list(Resources.replays, going, in: .team(team)).rows.isEmpty else {
            throw DashError(.conflict, "A replay of this pipeline is still going on; wait for its end.")
        }
    }
}

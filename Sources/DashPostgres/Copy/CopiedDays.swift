import DashModel
import DashStorage

/// What copied records add to their pipelines' days, as a commit of them would have.
struct CopiedDays: Sendable {
    private let additions: [RecordDays.Addition]

    /// nil for rows of another table.
    init?(_ rows: [SQLRow], of step: CopyStep) {
        guard step.table == "pipeline_data" else { return nil }
        let places = Dictionary(
            step.columns.enumerated().map { ($1.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        guard let pipeline = places["pipeline_id"], let team = places["team_id"], let data = places["data"],
            let time = places["ingested_at"]
        else { return nil }
        additions = rows.compactMap { row in
            guard let pipelineID = row.uuid(pipeline), let teamID = row.uuid(team), let moment = row.timestamp(time),
                case .json(let text) = row.cells[data]
            else { return nil }
            return .init(pipeline: pipelineID, team: teamID, time: moment, rows: 1, bytes: Int64(text.count))
        }
    }

    func write(to connection: PostgresConnection) throws {
        if let statement = RecordDays.add(additions) { try connection.execute(statement) }
    }
}

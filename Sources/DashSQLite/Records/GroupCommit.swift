import DashModel
import DashStorage
import FoundationEssentials

/// The one transaction that saves a group. Every part's outcome is decided before the first row is written, so that a
/// part that may not be saved leaves nothing behind; then each pipeline's parts are written together.
struct GroupCommit {
    let connection: SQLiteConnection
    let now: Timestamp
    var teams: [UUID: TeamStorage] = [:]
    var owners: [UUID: UUID?] = [:]
    /// What was answered within this group, by pipeline and key.
    var answers: [IdempotencyScope: CommitOutcome] = [:]
    var shares: [UUID: PipelineShare] = [:]
    var order: [UUID] = []
    var nextID: Int64 = 0

    /// Requests are remembered for this long.
    static let memory = Duration.seconds(72 * 3_600)

    init(connection: SQLiteConnection, now: Timestamp) {
        self.connection = connection
        self.now = now
    }

    mutating func run(_ group: [BatchCommit]) throws -> [CommitOutcome] {
        nextID = try connection.fetchOne("SELECT next_id FROM record_sequence")?.int(0) ?? 1
        let firstFree = nextID
        let outcomes = try group.map { part in try decide(part) }
        for index in group.indices where outcomes[index] == .accepted {
            shares[group[index].batch.pipeline]?.parts.append(index)
        }
        var results = outcomes.map(\.outcome)
        for pipeline in order {
            guard let share = shares[pipeline] else { continue }
            let places = try insertRows(of: share, group)
            for (index, firstID) in places { results[index] = .saved(firstID: firstID) }
            try rollUp(places, of: share, group)
            try insertQuarantine(of: share, group)
            try insertRuns(of: share, group)
            try remember(share, group)
            try updatePipeline(share, group)
            try add(share.ledger, to: pipeline, of: share.team)
        }
        for (team, storage) in teams where storage.added > 0 {
            try connection.execute(
                "UPDATE teams SET storage_used_bytes = storage_used_bytes + \(storage.added) WHERE id = \(team)"
            )
        }
        if nextID != firstFree { try connection.execute("UPDATE record_sequence SET next_id = \(nextID)") }
        return results
    }
}

import DashModel
import DashStorage
import FoundationEssentials

/// The one transaction that saves a group: decided part by part, then written pipeline by pipeline.
struct GroupCommit {
    let connection: SQLiteConnection
    let now: Timestamp
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
        var decisions = GroupDecisions(SQLiteCommitFacts(connection: connection, now: now))
        var results = try decisions.decide(group)
        try connection.execute(all: decisions.settling(group, now: now))
        for pipeline in decisions.order {
            guard let share = decisions.shares[pipeline] else { continue }
            let places = try insertRows(of: share, group)
            for (index, firstID) in places { results[index] = .saved(firstID: firstID) }
            try rollUp(places, of: share, group)
            try insertQuarantine(of: share, group)
            try insertRuns(of: share, group)
            try remember(share, group)
            try updatePipeline(share, group)
            try add(share.ledger, to: pipeline, of: share.team)
        }
        for (team, storage) in decisions.teams where storage.added > 0 {
            try connection.execute(
                "UPDATE teams SET storage_used_bytes = storage_used_bytes + \(storage.added) WHERE id = \(team)"
            )
        }
        if nextID != firstFree { try connection.execute("UPDATE record_sequence SET next_id = \(nextID)") }
        return results
    }
}

import DashModel
import DashStorage
import FoundationEssentials

/// The one transaction that saves a group, in two round trips for a small group: what is to be known is asked at once,
/// then everything is written together with the commit. Many rows go by COPY in between.
struct GroupCommit {
    let connection: PostgresConnection
    let now: Timestamp

    /// Requests are remembered for this long.
    static let memory = Duration.seconds(72 * 3_600)
    /// From this many rows on COPY beats an INSERT from arrays.
    static let copyThreshold = 500

    func run(_ group: [BatchCommit]) throws -> [CommitOutcome] {
        let questions = CommitQuestions(group, now: now)
        let facts = try PreparedFacts(questions, try connection.pipelined(questions.statements))
        var decisions = GroupDecisions(facts)
        var results = try decisions.decide(group)
        // Locks are taken in one order by every node, so that no two wait for each other.
        let shares = decisions.order.compactMap { decisions.shares[$0] }.sorted {
            $0.pipeline.bytes.lexicographicallyPrecedes($1.pipeline.bytes)
        }
        var rows = RecordRows(firstID: facts.firstID)
        var rollups = RollupGroup(facts.rolledFields)
        for share in shares {
            for (index, firstID) in rows.add(share, group) {
                results[index] = .saved(firstID: firstID)
                if group[index].persists { rollups.add(group[index].batch, firstID: firstID) }
            }
        }
        let history = CommitHistory(shares, group, now: now)
        var last: [SQLStatement] = []
        if rows.count >= Self.copyThreshold {
            try rows.copy(on: connection)
        } else if rows.count > 0 {
            connection.postpone([try rows.insertion()])
        }
        last += rows.deliveries(now: now)
        last += rows.days.map { [$0] } ?? []
        last += rollups.statements()
        last += history.statements
        last += Fences(jobs: decisions.settledJobs, deliveries: decisions.consumed, now: now).statements
        last += facts.releases(claimsOf: group, refused: results)
        last += storage(decisions.teams)
        connection.postpone(try last.map(PostgresCommand.init))
        return results
    }

    /// The teams' rows come last, as every pipeline of a team writes there.
    private func storage(_ teams: [UUID: TeamStorage]) -> [SQLStatement] {
        let grown = teams.filter { $0.value.added > 0 }.sorted { $0.key.bytes.lexicographicallyPrecedes($1.key.bytes) }
        guard !grown.isEmpty else { return [] }
        return [
            """
            UPDATE teams SET storage_used_bytes = storage_used_bytes + v.added \
            FROM unnest(\(SQLValue.array(.uuid, grown.map { .uuid($0.key) })), \
            \(SQLValue.array(.integer, grown.map { .integer($0.value.added) }))) AS v (id, added) \
            WHERE teams.id = v.id
            """
        ]
    }
}

import DashModel
import DashStorage
import FoundationEssentials

/// The one transaction that saves a group, in two round trips for a small group: what is to be known is asked at once,
/// then everything is written together with the commit. Many rows go by COPY in between.
struct GroupCommit {
    let connection: PostgresConnection
    let log: CommitLog
    let now: Timestamp

    /// Requests are remembered for this long.
    static let memory = Duration.seconds(72 * 3_600)
    /// From this many rows on COPY beats an INSERT from arrays.
    static let copyThreshold = 500

    /// The note is to be given to the log when the transaction is committed.
    func run(_ group: [BatchCommit]) throws -> (outcomes: [CommitOutcome], note: CommitLog.Note?) {
        let questions = CommitQuestions(group, now: now)
        let answers = try connection.pipelined(questions.statements)
        let facts = PreparedFacts(questions, answers, unposted: log.unpostedBytes())
        var decisions = GroupDecisions(facts)
        var results = try decisions.decide(group)
        // Locks are taken in one order by every node, so that no two wait for each other.
        let shares = decisions.order.compactMap { decisions.shares[$0] }.sorted {
            $0.pipeline < $1.pipeline
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
        last += rollups.statements()
        last += history.statements
        last += decisions.settling(group, now: now)
        last += facts.releases(claimsOf: group, refused: results)
        let entries = shares.map { CommitEntry($0, group, now: now) }
        let appended = entries.isEmpty ? nil : log.append(entries, now: now)
        if let appended { last.append(appended.statement) }
        connection.postpone(try last.map(PostgresCommand.init))
        return (results, appended?.note)
    }
}

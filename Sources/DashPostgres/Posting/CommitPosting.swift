import DashModel
import DashStorage
import FoundationEssentials
import Logging

/// Adds what stands in the commit log to the counters, the runs, the days and the teams' storage, each entry once: its
/// row goes in the same transaction. Everything that reads those tables has it posted first.
struct CommitPosting: Sendable {
    let database: PostgresDatabase
    let log: CommitLog
    let clock: any WallClock
    let logger: Logger

    enum Scope {
        /// This node's, and what nodes left that are gone.
        case own
        case all
    }

    static let interval = Duration.milliseconds(500)
    /// So many transactions are posted by one.
    private static let batch = 500
    /// An entry this old was left behind by its node.
    private static let abandoned = "5 seconds"

    /// Until the task is cancelled.
    func repeatedly() async {
        while !Task.isCancelled {
            do {
                try await post(.own)
            } catch {
                logger.warning(
                    "the commit log could not be posted",
                    metadata: ["reason": "\(String(reflecting: error))"]
                )
            }
            do { try await Task.sleep(for: Self.interval) } catch { return }
        }
    }

    func post(_ scope: Scope) async throws {
        let known = log.unpostedIDs
        while try await postBatch(scope) == Self.batch {}
        log.posted(known)
    }

    /// For a reader of what this node's commits changed.
    func postUnposted() async throws {
        if log.hasUnposted { try await post(.own) }
    }

    private func postBatch(_ scope: Scope) async throws -> Int {
        let node = log.node
        let now = clock.now
        let chosen: SQLStatement =
            switch scope {
            case .own:
                """
                WHERE node = \(node) \
                OR committed_at < clock_timestamp() - CAST(\(Self.abandoned) AS interval)
                """
            case .all: ""
            }
        return try await database.writeConnection { connection in
            let rows = try connection.fetch(
                """
                DELETE FROM commit_log WHERE id IN (SELECT id FROM commit_log \(chosen) ORDER BY id \
                LIMIT \(Self.batch) FOR UPDATE) RETURNING entries
                """
            )
            guard !rows.isEmpty else { return 0 }
            var sums: [UUID: CommitEntry] = [:]
            for row in rows {
                for entry in entries(row) {
                    if sums[entry.pipeline]?.merge(entry) == nil { sums[entry.pipeline] = entry }
                }
            }
            // One order for every node, so that no two wait for each other.
            let entries = sums.values.sorted { $0.pipeline < $1.pipeline }
            connection.postpone(try PostingStatements(entries, now: now).all.map(PostgresCommand.init))
            return rows.count
        }
    }

    /// What can't be read must not keep everything behind it from being posted.
    private func entries(_ row: SQLRow) -> [CommitEntry] {
        do {
            return try CommitEntry.decode(row.bytes(0) ?? [])
        } catch {
            logger.error("an entry of the commit log is damaged and left out; counters are too low by it")
            return []
        }
    }
}

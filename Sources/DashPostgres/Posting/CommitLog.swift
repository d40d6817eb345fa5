import DashModel
import DashStorage
import FoundationEssentials
import Synchronization

/// What this node's commits added and nobody has posted yet: one row a saving transaction instead of an update of every
/// counter that it touches. The row is as durable as the records, so that nothing is lost when a node falls.
final class CommitLog: Sendable {
    /// The node in the log, new with each start: what an earlier life left is posted like another node's.
    let node = UUID()
    private let unposted = Mutex(Unposted())

    private struct Unposted {
        var notes: [UUID: [UUID: Int64]] = [:]
        /// Over all notes, by team: every commit asks for it.
        var sums: [UUID: Int64] = [:]
    }

    /// What a commit leaves to be posted.
    struct Note: Sendable {
        let id: UUID
        let bytesByTeam: [UUID: Int64]
    }

    var hasUnposted: Bool { unposted.withLock { !$0.notes.isEmpty } }

    /// What the team has stored on top of its row.
    func unpostedBytes() -> [UUID: Int64] { unposted.withLock(\.sums) }

    /// The transaction of the note was committed.
    func committed(_ note: Note) {
        unposted.withLock {
            $0.notes[note.id] = note.bytesByTeam
            $0.sums.merge(note.bytesByTeam, uniquingKeysWith: +)
        }
    }

    var unpostedIDs: Set<UUID> { unposted.withLock { Set($0.notes.keys) } }

    /// Somebody posted them.
    func posted(_ ids: Set<UUID>) {
        unposted.withLock { unposted in
            for id in ids {
                for (team, bytes) in unposted.notes.removeValue(forKey: id) ?? [:] {
                    unposted.sums[team, default: 0] -= bytes
                }
            }
            if unposted.notes.isEmpty { unposted.sums = [:] }
        }
    }

    /// The statement that leaves the entries in the log.
    func append(_ entries: [CommitEntry], now: Timestamp) -> (note: Note, statement: SQLStatement) {
        let bytes = entries.reduce(into: [UUID: Int64]()) { sums, entry in
            let added = entry.storedBytes
            if added != 0 { sums[entry.team, default: 0] += added }
        }
        let note = Note(id: .v7(at: now), bytesByTeam: bytes)
        return (
            note,
            """
            INSERT INTO commit_log (id, node, committed_at, entries) \
            VALUES (\(note.id), \(node), clock_timestamp(), \(SQLValue.bytes(CommitEntry.encode(entries))))
            """
        )
    }
}

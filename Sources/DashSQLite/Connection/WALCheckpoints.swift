import DashModel
import Dispatch
import GRDB
import GRDBSQLite
import Logging
import Synchronization

/// Moves the write-ahead log into the file beside the writer, on a connection of its own.
///
/// SQLite does it in the commit that makes the log too long, and everybody waits. Here that commit starts a pass beside
/// the writer; what was written meanwhile is little, and a later commit moves it, after which the log starts anew.
final class WALCheckpoints: Sendable {
    /// Lengths of the log in pages.
    struct Limits: Sendable {
        /// From here on a pass beside the writer is worth its flush of the file.
        var start = 4_000
        /// What a commit moves itself in a few milliseconds.
        var rest = 500
        /// Beyond this the disk is slower than the writer, who has to wait.
        var most = 60_000
    }

    private struct State {
        /// A pass is on its way.
        var isBusy = false
        /// How far the log has been moved.
        var moved = 0
    }

    private let limits: Limits
    private let queue: DatabaseQueue
    private let state = Mutex(State())

    /// Opens the connection; the file and its log are there already.
    init(path: String, limits: Limits = Limits()) throws {
        self.limits = limits
        var configuration = Configuration()
        configuration.label = "dash.sqlite.checkpoints"
        queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_autocheckpoint = 0") }
    }

    /// Looks at the log after each commit of the connection, for as long as both live.
    func follow(_ writer: Database) {
        sqlite3_wal_hook(
            writer.sqliteConnection,
            { context, _, _, pages in
                guard let context else { return SQLITE_OK }
                Unmanaged<WALCheckpoints>.fromOpaque(context).takeUnretainedValue().look(Int(pages))
                return SQLITE_OK
            },
            Unmanaged.passUnretained(self).toOpaque()
        )
    }

    /// Moves what it can, without making anyone wait but the caller.
    func pass() async {
        await withCheckedContinuation { continuation in
            queue.asyncWriteWithoutTransaction { database in
                self.move(database)
                continuation.resume()
            }
        }
    }

    func close() throws { try queue.close() }

    private enum Step { case none, beside, now }

    /// On the writer's thread, after its commit.
    private func look(_ pages: Int) {
        let step = state.withLock { state -> Step in
            // A log that starts anew is short.
            if pages < state.moved { state.moved = 0 }
            if pages >= limits.most { return .now }
            guard pages >= limits.start, !state.isBusy else { return .none }
            if state.moved > 0, pages - state.moved <= limits.rest { return .now }
            state.isBusy = true
            return .beside
        }
        switch step {
        case .none: break
        case .now: queue.writeWithoutTransaction { move($0) }
        case .beside:
            queue.asyncWriteWithoutTransaction { database in
                self.move(database)
                self.state.withLock { $0.isBusy = false }
            }
        }
    }

    /// What a reader still needs stays in the log, as does what can't be moved now: the next pass tries again.
    private func move(_ database: Database) {
        guard let result = try? database.checkpoint(.passive) else { return }
        state.withLock { $0.moved = result.checkpointedFrameCount }
    }
}

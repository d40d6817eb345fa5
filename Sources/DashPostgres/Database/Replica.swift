import DashStorage
import Logging
import Synchronization

/// One replica and what is known of it.
final class Replica: Sendable {
    let pool: PostgresPool
    private let longestLag: Duration
    private let logger: Logger
    private let known = Mutex(Known())

    private struct Known {
        var replayed = LogPosition.start
        var lag: Duration?
        var isServing = false
    }

    init(pool: PostgresPool, longestLag: Duration, logger: Logger) {
        self.pool = pool
        self.longestLag = longestLag
        self.logger = logger
    }

    func serves(_ position: LogPosition) -> Bool {
        known.withLock { $0.isServing && $0.replayed >= position }
    }

    var state: ReplicaState {
        known.withLock { ReplicaState(name: pool.server.name, isServing: $0.isServing, lag: $0.lag) }
    }

    func fellAway() {
        known.withLock {
            $0.isServing = false
            $0.lag = nil
        }
    }

    /// Asks how far it has come; `lag` tells how old that is.
    func look(lag: @Sendable (LogPosition) -> Duration?) async {
        do {
            let text = try await pool.withConnection { connection in
                connection.deadline = .now + .seconds(2)
                return try connection.fetchOne("SELECT pg_last_wal_replay_lsn()::text")?.text(0)
            }
            let position = text.flatMap { LogPosition($0) } ?? .start
            let behind = lag(position)
            let serves = behind.map { $0 <= longestLag } ?? false
            let changed = known.withLock { known in
                defer {
                    known.replayed = position
                    known.lag = behind
                    known.isServing = serves
                }
                return known.isServing != serves
            }
            if changed {
                logger.notice(
                    serves ? "a replica serves reads" : "a replica lags too far behind; the primary serves its reads",
                    metadata: ["replica": "\(pool.server.name)", "lag": "\(behind.map { "\($0)" } ?? "unknown")"]
                )
            }
        } catch {
            let wasServing = known.withLock { $0.isServing }
            fellAway()
            if wasServing {
                logger.warning(
                    "a replica does not answer; the primary serves its reads",
                    metadata: ["replica": "\(pool.server.name)"]
                )
            }
        }
    }
}

import DashModel
import DashStorage
import Logging
import Synchronization

/// The replicas that reads go to, turn by turn, as long as they answer and keep up.
final class ReplicaSet: Sendable {
    private let replicas: [Replica]
    private let turn = Atomic(0)
    /// The primary's log over the last minutes, which tells how old a replica's position is.
    private let history = Mutex(LogHistory())
    private let wait: Duration

    init(urls: [String], tuning: PostgresTuning, logger: Logger) {
        wait = tuning.replicaWait
        replicas = urls.enumerated().map { index, url in
            let pool = PostgresPool(
                name: urls.count == 1 ? "replica" : "replica-\(index + 1)",
                server: PostgresServer(url: url),
                connections: tuning.readers,
                tuning: tuning,
                logger: logger
            )
            return Replica(pool: pool, longestLag: tuning.replicaLag, logger: logger)
        }
    }

    var isEmpty: Bool { replicas.isEmpty }
    var pools: [PostgresPool] { replicas.map(\.pool) }
    var states: [ReplicaState] { replicas.map(\.state) }

    /// A replica that has replayed the log up to the position; nil: the primary shall answer.
    func choose(having position: LogPosition) async throws -> PostgresPool? {
        guard !replicas.isEmpty else { return nil }
        if let ready = ready(position) { return ready }
        let end = ContinuousClock.now + wait
        while ContinuousClock.now < end {
            await look()
            if let ready = ready(position) { return ready }
            try await ContinuousClock().sleep(for: .milliseconds(5))
        }
        return nil
    }

    func isDown(_ pool: PostgresPool) { replicas.first { $0.pool === pool }?.fellAway() }

    /// The primary's log stands here now.
    func note(primary position: LogPosition) { history.withLock { $0.note(position, at: .now) } }

    /// Asks every replica how far it is.
    func look() async {
        await withDiscardingTaskGroup { group in
            for replica in replicas {
                group.addTask {
                    await replica.look { position in self.history.withLock { $0.lag(of: position, at: .now) } }
                }
            }
        }
    }

    func close() async { for replica in replicas { await replica.pool.close() } }

    private func ready(_ position: LogPosition) -> PostgresPool? {
        let first = turn.wrappingAdd(1, ordering: .relaxed).newValue & .max
        return replicas.indices.lazy.map { self.replicas[(first % self.replicas.count + $0) % self.replicas.count] }
            .first { $0.serves(position) }?.pool
    }
}

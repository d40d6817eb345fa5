import DashModel
import DashStorage
import Logging
import Synchronization

/// The replicas that reads go to, turn by turn, as long as they answer and keep up.
final class ReplicaSet: Sendable {
    let all: [Replica]
    private let turn = Atomic(0)
    /// The primary's log over the last minutes, which tells how old a replica's position is.
    private let history = Mutex(LogHistory())
    private let wait: Duration

    init(urls: [String], tuning: PostgresTuning, logger: Logger) {
        wait = tuning.replicaWait
        all = urls.enumerated().map { index, url in
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

    var isEmpty: Bool { all.isEmpty }
    var pools: [PostgresPool] { all.map(\.pool) }
    var states: [ReplicaState] { all.map(\.state) }

    /// A replica that has replayed the log up to the position; nil: the primary shall answer.
    func choose(having position: LogPosition) async throws -> PostgresPool? {
        guard !all.isEmpty else { return nil }
        if let ready = ready(position) { return ready }
        let end = ContinuousClock.now + wait
        while ContinuousClock.now < end {
            await look()
            if let ready = ready(position) { return ready }
            try await ContinuousClock().sleep(for: .milliseconds(5))
        }
        return nil
    }

    func isDown(_ pool: PostgresPool) { all.first { $0.pool === pool }?.fellAway() }

    /// The primary's log stands here now.
    func note(primary position: LogPosition) { history.withLock { $0.note(position, at: .now) } }

    /// Asks every replica how far it is.
    func look() async {
        await withDiscardingTaskGroup { group in
            for replica in all {
                group.addTask { await self.look(at: replica) }
            }
        }
    }

    func look(at replica: Replica) async {
        await replica.look { position in self.history.withLock { $0.lag(of: position) } }
    }

    func close() async { for replica in all { await replica.pool.close() } }

    private func ready(_ position: LogPosition) -> PostgresPool? {
        let first = turn.wrappingAdd(1, ordering: .relaxed).newValue & .max
        return all.indices.lazy.map { self.all[(first % self.all.count + $0) % self.all.count] }
            .first { $0.serves(position) }?.pool
    }
}

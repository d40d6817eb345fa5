import DashStorage
import Logging

/// Looks at the idle connections and at the replicas from time to time.
struct ConnectionHealth {
    let database: PostgresDatabase
    let logger: Logger

    static let interval = Duration.milliseconds(500)
    /// Idle connections are looked at every so many intervals.
    static let connectionTurns = 20

    /// Until the task is cancelled.
    func watch() async {
        var turn = 0
        while !Task.isCancelled {
            if !database.replicas.isEmpty {
                await notePosition()
                await database.replicas.look()
            }
            turn += 1
            if turn % Self.connectionTurns == 0 {
                await database.writers.checkIdle()
                await database.readers.checkIdle()
            }
            try? await ContinuousClock().sleep(for: Self.interval)
        }
    }

    /// When the primary is away there is nothing newer for a replica to miss.
    private func notePosition() async {
        do {
            let text = try await database.readers.withConnection { connection in
                connection.deadline = .now + .seconds(2)
                defer { connection.deadline = nil }
                return try connection.fetchOne("SELECT pg_current_wal_flush_lsn()::text")?.text(0)
            }
            if let position = text.flatMap({ LogPosition($0) }) { database.replicas.note(primary: position) }
        } catch {
            logger.debug("the primary does not answer", metadata: ["reason": "\(error)"])
        }
    }
}

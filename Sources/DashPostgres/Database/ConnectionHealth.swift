import DashStorage
import Logging

/// Looks at the idle connections and at the replicas from time to time.
struct ConnectionHealth {
    let database: PostgresDatabase
    let logger: Logger

    static let interval = Duration.milliseconds(500)
    static let connectionInterval = Duration.seconds(10)

    /// Until the task is cancelled. Every server is asked for itself, so that one that stands still hides no other.
    func watch() async {
        await withDiscardingTaskGroup { group in
            let pools = [database.writers, database.readers] + database.replicas.pools
            group.addTask {
                await Self.repeating(every: Self.connectionInterval) { for pool in pools { await pool.checkIdle() } }
            }
            guard !database.replicas.isEmpty else { return }
            group.addTask { await Self.repeating(every: Self.interval) { await notePosition() } }
            for replica in database.replicas.all {
                group.addTask {
                    await Self.repeating(every: Self.interval) { await database.replicas.look(at: replica) }
                }
            }
        }
    }

    private static func repeating(every interval: Duration, _ body: () async -> Void) async {
        while !Task.isCancelled {
            await body()
            do { try await Task.sleep(for: interval) } catch { return }
        }
    }

    /// When the primary is away there is nothing newer for a replica to miss.
    func notePosition() async {
        do {
            let text = try await database.readers.withConnection { connection in
                connection.deadline = .now + .seconds(2)
                return try connection.fetchOne(SQLStatement(raw: LogPosition.question))?.text(0)
            }
            if let position = text.flatMap({ LogPosition($0) }) { database.replicas.note(primary: position) }
        } catch {
            logger.debug("the primary does not answer", metadata: ["reason": "\(String(reflecting: error))"])
        }
    }
}

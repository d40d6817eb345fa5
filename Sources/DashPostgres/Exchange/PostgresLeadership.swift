public import DashExchange
import DashStorage
public import Logging

/// The leadership of nodes that share a database: whose session holds an advisory lock leads. The server gives the lock
/// back when the session ends, for whatever reason.
public final class PostgresLeadership: Leadership {
    public struct Timing: Sendable {
        /// How often a node that does not lead tries to.
        public var attempt: Duration
        /// How often the leader asks its session for a sign of life.
        public var check: Duration

        public init(attempt: Duration = .seconds(5), check: Duration = .seconds(2)) {
            self.attempt = attempt
            self.check = check
        }
    }

    private static let patience = Duration.seconds(3)

    private let server: PostgresServer
    private let timing: Timing
    private let logger: Logger

    public init(url: String, timing: Timing = Timing(), logger: Logger) {
        server = PostgresServer(url: url)
        self.timing = timing
        self.logger = logger
    }

    public func leading(_ body: @escaping @Sendable () async -> Void) async {
        while !Task.isCancelled {
            do {
                let session = try await PostgresSession.open(server)
                do {
                    try await reign(session, body)
                } catch {
                    await session.close()
                    throw error
                }
                await session.close()
            } catch is CancellationError {
                return
            } catch {
                logger.warning("leading is not possible now", metadata: ["error": "\(String(reflecting: error))"])
            }
            do { try await Task.sleep(for: timing.attempt) } catch { return }
        }
    }

    /// Waits for the lock on a session, and leads as long as the session lives.
    private func reign(_ session: PostgresSession, _ body: @escaping @Sendable () async -> Void) async throws {
        while try await !ask(session, "SELECT pg_try_advisory_lock(\(AdvisoryLock.leadership))") {
            try await Task.sleep(for: timing.attempt)
        }
        logger.info("this node leads")
        defer { logger.info("this node leads no longer") }
        try await withThrowingTaskGroup { group in
            group.addTask {
                await body()
                // Whoever has nothing left to do keeps the lock until it is told to stop.
                try await Task.sleep(for: .seconds(100 * 365 * 86_400))
            }
            group.addTask {
                while true {
                    try await Task.sleep(for: self.timing.check)
                    _ = try await self.ask(session, "SELECT true")
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func ask(_ session: PostgresSession, _ statement: SQLStatement) async throws -> Bool {
        try await session.run { connection in
            connection.deadline = .now + Self.patience
            return try connection.fetchOne(statement)?.bool(0) ?? false
        }
    }
}

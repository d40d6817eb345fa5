import DashModel
import DashStorage

/// The right to copy into a database: no node serves it and no other copy writes to it. The server takes it back when the
/// connection ends, for whatever reason.
public final class CopyClaim: Sendable {
    private let session: PostgresSession

    /// A program that was stopped a moment ago may still be known to the server.
    private static let attempts = 20
    private static let patience = Duration.seconds(3)

    /// Throws `DashError` `.conflict`, with who is there, when somebody else uses the database.
    public init(url: String) async throws {
        let server = PostgresServer(url: url)
        do {
            session = try await PostgresSession.open(server)
        } catch {
            throw PostgresFailure.dashError(error)
        }
        do {
            var attempt = 1
            while try await !isGranted() {
                guard attempt < Self.attempts else { throw try await refusal(server) }
                attempt += 1
                await Pause.last(for: .milliseconds(100))
            }
        } catch {
            await session.close()
            throw PostgresFailure.dashError(error)
        }
    }

    public func close() async { await session.close() }

    /// Whoever serves a database says so here, for as long as the connection lives. False: a copy into it is running.
    static func announceNode(on connection: PostgresConnection) throws -> Bool {
        try connection.fetchOne("SELECT pg_try_advisory_lock_shared(\(AdvisoryLock.nodes))")?.bool(0) ?? false
    }

    private func isGranted() async throws -> Bool {
        try await session.run { connection in
            connection.deadline = .now + Self.patience
            return try connection.fetchOne("SELECT pg_try_advisory_lock(\(AdvisoryLock.nodes))")?.bool(0) ?? false
        }
    }

    private func refusal(_ server: PostgresServer) async throws -> DashError {
        let nodes = try await session.run { connection in
            connection.deadline = .now + Self.patience
            return try connection.fetch(
                """
                SELECT coalesce(host(activity.client_addr), 'this machine') FROM pg_locks AS lock \
                LEFT JOIN pg_stat_activity AS activity ON activity.pid = lock.pid \
                WHERE lock.locktype = 'advisory' AND lock.mode = 'ShareLock' AND lock.granted \
                AND lock.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
                AND CAST(lock.classid AS bigint) = \(AdvisoryLock.nodes >> 32) \
                AND CAST(lock.objid AS bigint) = \(AdvisoryLock.nodes & 0xffff_ffff) AND lock.objsubid = 1 ORDER BY 1
                """
            ).compactMap { $0.text(0) }
        }
        guard !nodes.isEmpty else {
            return DashError(.conflict, "Another copy into the target is running; only one may.")
        }
        return DashError(
            .conflict,
            """
            The target at \(server.name) is served by a dashd (on \(nodes.joined(separator: ", "))): stop every node \
            that uses it, and copy again.
            """
        )
    }
}

public import DashExchange
import DashStorage

/// Leases as rows that all nodes see. The time is the server's, so that the nodes' clocks don't matter.
public final class PostgresLease: Lease {
    private static let limit = Duration.seconds(5)
    private let database: PostgresDatabase

    public init(engine: PostgresEngine) { database = engine.database }

    public func acquire(_ name: String, holder: String, for duration: Duration) async throws -> Int64? {
        // A name's first token is the time, so that tokens rise even over the deletion of old rows.
        let rows = try await run(
            """
            INSERT INTO leases AS lease (name, holder, token, expires_at) \
            VALUES (\(name), \(holder), CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint), \
            \(Self.end(duration))) \
            ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at, \
            token = CASE WHEN lease.holder = excluded.holder AND lease.expires_at > clock_timestamp() \
            THEN lease.token ELSE greatest(lease.token + 1, excluded.token) END \
            WHERE lease.holder = excluded.holder OR lease.expires_at <= clock_timestamp() RETURNING token
            """
        )
        return rows.first?.int(0)
    }

    public func renew(_ name: String, holder: String, for duration: Duration) async throws -> Bool {
        let rows = try await run(
            """
            UPDATE leases SET expires_at = \(Self.end(duration)) WHERE name = \(name) AND holder = \(holder) \
            AND expires_at > clock_timestamp() RETURNING token
            """
        )
        return !rows.isEmpty
    }

    public func release(_ name: String, holder: String) async throws {
        // The row stays, for its token.
        _ = try await run(
            """
            UPDATE leases SET expires_at = '-infinity' WHERE name = \(name) AND holder = \(holder) RETURNING token
            """
        )
    }

    /// Forgets names that nobody has held for a day; returns how many.
    @discardableResult
    public func prune() async throws -> Int {
        try await run("DELETE FROM leases WHERE expires_at < clock_timestamp() - interval '1 day' RETURNING token")
            .count
    }

    private static func end(_ duration: Duration) -> SQLStatement {
        let (seconds, attoseconds) = duration.components
        return """
            clock_timestamp() + \(Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000)) \
            * interval '1 microsecond'
            """
    }

    /// A crash of the server may cost the last leases, which is no more than a node's would: nothing waits for the disk.
    private func run(_ statement: SQLStatement) async throws -> [SQLRow] {
        try await database.plainConnection(within: Self.limit) { connection in
            try connection.pipelined(["SELECT set_config('synchronous_commit', 'off', true)", statement])[1].rows
        }
    }
}

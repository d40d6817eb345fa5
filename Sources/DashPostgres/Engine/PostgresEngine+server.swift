import DashModel
import DashStorage

extension PostgresEngine {
    static let oldestVersion = 15

    /// Throws, with what to do about it, when the server is too old or its user may not make what Dash needs.
    public func checkServer() async throws {
        let row = try await database.plainConnection(within: .seconds(10)) { connection in
            try connection.fetchOne(
                """
                SELECT CAST(current_setting('server_version_num') AS bigint), CAST(current_user AS text), \
                CAST(current_database() AS text), CAST(current_schema() AS text), \
                has_schema_privilege(current_schema(), 'CREATE'), pg_is_in_recovery()
                """
            )
        }
        let version = Int(row?.int(0) ?? 0) / 10_000
        guard version >= Self.oldestVersion else {
            throw DashError(
                .preconditionFailed,
                "The server is PostgreSQL \(version); Dash needs \(Self.oldestVersion) or newer."
            )
        }
        let user = row?.text(1) ?? ""
        guard let schema = row?.text(3) else {
            throw DashError(
                .preconditionFailed,
                "The database \(row?.text(2) ?? "") has no schema that \(user) may use; GRANT USAGE, CREATE on one."
            )
        }
        guard row?.bool(4) == true else {
            throw DashError(
                .preconditionFailed,
                """
                The database's user \(user) may not make tables: as its owner, GRANT CREATE ON SCHEMA \(schema) TO \
                \(user).
                """
            )
        }
        guard row?.bool(5) == false else {
            throw DashError(
                .preconditionFailed,
                "DASH_DATABASE_URL names a replica: name the primary there, and replicas in DASH_REPLICA_URLS."
            )
        }
    }

    /// What was found, once it is migrated: `TimescaleDB 2.19.3 (Apache edition) on PostgreSQL 17.5`.
    public func serverDescription() async throws -> String {
        let row = try await database.plainConnection(within: .seconds(10)) { connection in
            try connection.fetchOne(
                """
                SELECT split_part(current_setting('server_version'), ' ', 1), \
                (SELECT extversion FROM pg_extension WHERE extname = 'timescaledb')
                """
            )
        }
        let server = "PostgreSQL \(row?.text(0) ?? "")"
        let timescale = "TimescaleDB \(row?.text(1) ?? "")"
        return switch layoutReport?.edition {
        case .timescaleCommunity: "\(timescale) (Community edition) on \(server)"
        case .timescaleApache: "\(timescale) (Apache edition) on \(server)"
        case .plain, nil: "\(server) without TimescaleDB"
        }
    }
}

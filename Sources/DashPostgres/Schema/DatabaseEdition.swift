/// What kind of server Dash found, which decides how records are laid out.
public enum DatabaseEdition: String, Sendable, CaseIterable {
    case timescaleCommunity = "timescaledb-community"
    case timescaleApache = "timescaledb-apache"
    case plain = "postgresql"

    /// One line for the log.
    public var summary: String {
        switch self {
        case .timescaleCommunity: "TimescaleDB, Community edition: hypertable, compression, continuous aggregate"
        case .timescaleApache: "TimescaleDB, Apache edition: hypertable; hours are summed up by Dash"
        case .plain: "PostgreSQL without TimescaleDB: a partition a day; hours are summed up by Dash"
        }
    }
}

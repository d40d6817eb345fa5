extension Settings {
    /// Which engine stores, and where.
    enum Database: Sendable {
        case sqlite(path: String)
        case postgres(Postgres)
    }

    /// What `DASH_DATABASE_URL` names on PostgreSQL, with the settings that only it has.
    struct Postgres: Sendable {
        var url: PostgresURL
        var replicas: [PostgresURL] = []
        /// Connections for writing.
        var writePool = 20
        /// Connections for reading, to each server that is read from.
        var readPool = 50
        var queueTarget = Duration.milliseconds(5_000)
        var queueInterval = Duration.milliseconds(1_000)
        /// A replica further behind is not read from.
        var replicaLag = Duration.seconds(10)
        /// The GIN index on every record from its arrival, instead of on closed chunks.
        var hasEagerIndex = false
    }
}

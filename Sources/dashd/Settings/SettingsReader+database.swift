extension SettingsReader {
    /// The engine that `DASH_DATABASE_URL` names, or the embedded one in the data directory.
    mutating func database(data: String) -> Settings.Database {
        let url = value("DATABASE_URL", isSecret: true) ?? "sqlite:\(data)/dash.sqlite"
        return database(url, key: "DASH_DATABASE_URL")
    }

    /// The engine that a URL names; `key` is where it came from.
    mutating func database(_ url: String, key: String) -> Settings.Database {
        var postgres: Settings.Postgres?
        if url.hasPrefix("postgres:") || url.hasPrefix("postgresql:") {
            postgres = postgresURL(url, key: key).map { Settings.Postgres(url: $0) }
        } else if !url.hasPrefix("sqlite:") || url.utf8.count <= 7 {
            refuse(
                key,
                "sqlite:PATH or \(PostgresURL.form)",
                "Leave it out for a database file in the data directory."
            )
        }
        let tuned = tuning(postgres, isEmbedded: url.hasPrefix("sqlite:"))
        return tuned.map { .postgres($0) } ?? .sqlite(path: String(url.dropFirst(7)))
    }

    /// Every setting of PostgreSQL is checked, whichever engine is used; one that would be without effect is refused.
    private mutating func tuning(_ postgres: Settings.Postgres?, isEmbedded: Bool) -> Settings.Postgres? {
        let replicas = replicas(isEmbedded: isEmbedded)
        let writePool = number("WRITE_POOL", 1...1_000, default: 20)
        let readPool = number("READ_POOL", 1...1_000, default: 50)
        let target = number("QUEUE_TARGET", 1...600_000, default: 5_000)
        let interval = number("QUEUE_INTERVAL", 1...600_000, default: 1_000)
        let lag = number("REPLICA_LAG", 1...86_400, default: 10)
        let index = choice("RECORD_INDEX", ["closed", "eager"], default: "closed")
        guard var postgres else { return nil }
        postgres.replicas = replicas
        postgres.writePool = writePool
        postgres.readPool = readPool
        postgres.queueTarget = .milliseconds(target)
        postgres.queueInterval = .milliseconds(interval)
        postgres.replicaLag = .seconds(lag)
        postgres.hasEagerIndex = index == "eager"
        return postgres
    }

    private mutating func replicas(isEmbedded: Bool) -> [PostgresURL] {
        guard let text = value("REPLICA_URLS", isSecret: true) else { return [] }
        if isEmbedded {
            refuse(
                "DASH_REPLICA_URLS",
                "left out with SQLite",
                "Replicas are PostgreSQL's: set DASH_DATABASE_URL to it."
            )
            return []
        }
        let urls = text.split(separator: ",").map { $0.trimmingWhitespace }
        return urls.compactMap { postgresURL($0, key: "DASH_REPLICA_URLS") }
    }

    private mutating func postgresURL(_ text: String, key: String) -> PostgresURL? {
        do {
            return try PostgresURL(text)
        } catch {
            let form = key == "DASH_REPLICA_URLS" ? "a comma list of \(PostgresURL.form)" : PostgresURL.form
            refuse(key, form, error.fix)
            return nil
        }
    }
}

extension Substring {
    fileprivate var trimmingWhitespace: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}

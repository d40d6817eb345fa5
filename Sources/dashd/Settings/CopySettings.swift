/// What `dashd copy` is told.
struct CopySettings: Sendable {
    /// The embedded database that is copied.
    var source: String
    var target: Settings.Postgres
    /// nil: the source's own key file.
    var secretKeys: [String]?
}

extension SettingsReader {
    /// `to` may be left out for `DASH_DATABASE_URL`, which keeps the password out of the list of processes.
    mutating func readCopy(from: String, to: String?) throws -> CopySettings {
        let key = to == nil ? "DASH_DATABASE_URL" : "--to"
        if !from.hasPrefix("sqlite:") || from.utf8.count <= 7 {
            refuse("--from", "sqlite:PATH", "Name the database file of the installation to copy.")
        }
        let target = database(to ?? value("DATABASE_URL", isSecret: true) ?? "", key: key)
        let keys = secretKeys()
        try check()
        guard case .postgres(let postgres) = target else {
            refuse(key, PostgresURL.form, "A copy goes from SQLite to PostgreSQL.")
            try check()
            throw SettingsError(issues: [])
        }
        return CopySettings(source: String(from.dropFirst(7)), target: postgres, secretKeys: keys)
    }
}

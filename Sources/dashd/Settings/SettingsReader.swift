import Configuration
import DashModel
import Foundation

/// Reads the settings and collects everything that is wrong with them before it gives up.
struct SettingsReader {
    private let config: ConfigReader
    private var issues: [SettingsError.Issue] = []

    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        config = ConfigReader(
            provider: EnvironmentVariablesProvider(
                environmentVariables: environment,
                secretsSpecifier: .specific([
                    "DASH_SECRET_KEYS", "DASH_DATABASE_URL", "DASH_REPLICA_URLS", "DASH_PASSWORD",
                    "DASH_OBJECT_STORE_URL", "DASH_SMTP_URL",
                ])
            )
        )
        unknown = SettingsReader.unknownKeys(in: environment)
    }

    /// Keys that look like settings and are none, most likely misspelt.
    let unknown: [String]

    mutating func read(_ options: ServerOptions) throws -> Settings {
        refuseLater()
        let data = options.data ?? "data"
        let host = options.host
        let port = options.port
        if !(0...65_535).contains(port) {
            refuse("--port", "a number from 0 to 65535", "Leave it out for 8080.")
        }
        let database = database(data: data)
        let settings = Settings(
            database: database,
            dataDirectory: data,
            host: host,
            port: port,
            publicURL: publicURL(host: host, port: port),
            publicURLIsSet: value("PUBLIC_URL") != nil,
            secretKeys: secretKeys(for: database, data: data),
            objectStore: objectStore(data: data),
            uploads: uploadLimits(),
            egressAllow: egressAllow(),
            border: border(database),
            proxies: trustedProxies(),
            connectionTimes: connectionTimes(),
            registrationIsOpen: choice("REGISTRATION", ["open", "invite"], default: "open") == "open",
            mail: mailServer(),
            sessions: sessionLimits(),
            systemSourceIsOn: choice("SYSTEM_SOURCE", ["on", "off"], default: "off") == "on",
            logLevel: choice("LOG_LEVEL", ["trace", "debug", "info", "notice", "warning", "error"], default: "info"),
            drainSeconds: number("DRAIN_SECONDS", 0...300, default: 1),
            resourceDirectory: resourceDirectory()
        )
        roles()
        try check()
        return settings
    }

    /// Throws all that was found wrong so far.
    func check() throws(SettingsError) {
        if !issues.isEmpty { throw SettingsError(issues: issues) }
    }

    func value(_ name: String, isSecret: Bool = false) -> String? {
        let key = ConfigKey(["dash"] + name.lowercased().split(separator: "_").map(String.init))
        let text = config.string(forKey: key, isSecret: isSecret)
        return text.flatMap { $0.isEmpty ? nil : $0 }
    }

    mutating func refuse(_ key: String, _ form: String, _ fix: String) {
        issues.append(.init(key: key, form: "must be " + form, fix: fix))
    }

    private mutating func publicURL(host: String, port: Int) -> String {
        guard let text = value("PUBLIC_URL") else { return "http://\(host.contains(":") ? "[\(host)]" : host):\(port)" }
        guard let url = URL(string: text), let scheme = url.scheme, ["http", "https"].contains(scheme), url.host != nil
        else {
            refuse("DASH_PUBLIC_URL", "an address like https://dash.example.org", "Name the address that people open.")
            return text
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    /// Nodes that share a database must share the keys as well: one of each node's own would lock out the others.
    private mutating func secretKeys(for database: Settings.Database, data: String) -> [String]? {
        let keys = secretKeys()
        if keys == nil, case .postgres = database, value("SECRET_KEYS", isSecret: true) == nil {
            refuse(
                "DASH_SECRET_KEYS",
                "set with PostgreSQL: a comma list of keys, newest first, each base64 of 32 bytes, the same on all nodes",
                """
                Take the content of \(data)/secret.key for an installation that was copied from SQLite, else make one \
                with: openssl rand -base64 32
                """
            )
        }
        return keys
    }

    mutating func secretKeys() -> [String]? {
        guard let text = value("SECRET_KEYS", isSecret: true) else { return nil }
        let keys = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        guard !keys.isEmpty, keys.allSatisfy({ Data(base64Encoded: $0)?.count == 32 }) else {
            refuse(
                "DASH_SECRET_KEYS",
                "a comma list of keys, newest first, each base64 of 32 bytes",
                "Make one with: openssl rand -base64 32"
            )
            return nil
        }
        return keys
    }

    private mutating func egressAllow() -> [String] {
        guard let text = value("EGRESS_ALLOW") else { return [] }
        let ranges = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        if !ranges.allSatisfy({ AddressRange($0) != nil }) {
            refuse(
                "DASH_EGRESS_ALLOW",
                "a comma list of address ranges like 10.0.0.0/8,fd00::/8",
                "Name only ranges that every team may reach."
            )
        }
        return ranges
    }

    mutating func choice(_ name: String, _ allowed: [String], default fallback: String) -> String {
        guard let text = value(name) else { return fallback }
        if allowed.contains(text) { return text }
        refuse("DASH_" + name, "one of " + allowed.joined(separator: ", "), "Leave it out for \(fallback).")
        return fallback
    }

    mutating func number(_ name: String, _ range: ClosedRange<Int>, default fallback: Int) -> Int {
        guard let text = value(name) else { return fallback }
        if let number = Int(text), range.contains(number) { return number }
        refuse(
            "DASH_" + name,
            "a whole number from \(range.lowerBound) to \(range.upperBound)",
            "Leave it out for \(fallback)."
        )
        return fallback
    }

    /// One process has all the roles in this version, so the list may only name all of them.
    private mutating func roles() {
        guard let text = value("ROLES") else { return }
        let roles = Set(text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) })
        if roles != ["web", "worker", "ingest"] {
            refuse("DASH_ROLES", "web,worker,ingest", "Every node has every role in this version; leave it out.")
        }
    }

    private mutating func resourceDirectory() -> String {
        let places = [value("RESOURCES")].compactMap { $0 } + ResourceDirectory.candidates
        if let found = places.first(where: { FileManager.default.fileExists(atPath: $0 + "/Templates") }) {
            return found
        }
        refuse(
            "DASH_RESOURCES",
            "the folder that holds Templates and Public",
            "Start dashd in the project's folder, install it with `make install`, or name the folder."
        )
        return "."
    }

    /// Settings of the design whose part is not in this version: better refused than silently without effect.
    private mutating func refuseLater() {
        for name in ["REDIS_URL", "KAFKA_BROKERS", "CLICKHOUSE_URL"]
        where value(name, isSecret: true) != nil {
            refuse("DASH_" + name, "left out", "This version has no part that would use it.")
        }
    }

    private static func unknownKeys(in environment: [String: String]) -> [String] {
        let known: Set<String> = [
            "DATABASE_URL", "PUBLIC_URL", "SECRET_KEYS", "EGRESS_ALLOW", "REGISTRATION", "SYSTEM_SOURCE", "LOG_LEVEL",
            "DRAIN_SECONDS",
            "ROLES", "RESOURCES", "REPLICA_URLS", "REDIS_URL", "KAFKA_BROKERS", "CLICKHOUSE_URL", "SMTP_URL",
            "SESSION_DAYS", "SESSION_IDLE_DAYS",
            "OBJECT_STORE_URL", "UPLOAD_LIMIT_MB", "UPLOAD_RETENTION_DAYS", "WRITE_POOL", "READ_POOL", "QUEUE_TARGET",
            "QUEUE_INTERVAL", "REPLICA_LAG",
            "RECORD_INDEX", "PASSWORD", "CONFORMANCE", "SOAK",
        ]
        return environment.keys.filter { key in
            key.hasPrefix("DASH_") && !key.hasPrefix("DASH_TEST_")
                && !known.union(borderNames).contains(String(key.dropFirst(5)))
        }.sorted()
    }
}

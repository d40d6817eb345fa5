import Foundation

/// The database servers that were started for the tests; without them their tests are left out.
enum TestServers {
    static let timescale = address("DASH_TEST_TIMESCALE_URL")
    static let postgres = address("DASH_TEST_POSTGRES_URL")
    /// The mail server's port, and the file that it writes mails to.
    static let smtp = address("DASH_TEST_SMTP_PORT").flatMap { Int($0) }
    static let mails = address("DASH_TEST_MAILS") ?? ""
    static let hint = "scripts/test starts the database servers"

    /// A node's settings on a database; all nodes have the same keys.
    static func environment(_ database: TestDatabase, keys: String = keys) -> [String: String] {
        ["DASH_DATABASE_URL": database.url, "DASH_SECRET_KEYS": keys]
    }

    static let keys = Data((0..<32).map { UInt8($0) }).base64EncodedString()

    private static func address(_ variable: String) -> String? {
        ProcessInfo.processInfo.environment[variable].flatMap { $0.isEmpty ? nil : $0 }
    }
}

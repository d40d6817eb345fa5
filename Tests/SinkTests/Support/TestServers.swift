import DashConnectors
import DashJSON
import DashModel
import DashPipeline
import Foundation
import Logging
import Testing

@testable import DashConnectors

/// The servers that `scripts/services` and `scripts/databases` started; their tests are skipped without them.
enum TestServers {
    static let s3 = port("DASH_TEST_S3_PORT")
    static let kafka = port("DASH_TEST_KAFKA_PORT")
    static let redis = port("DASH_TEST_REDIS_PORT")
    static let mqtt = port("DASH_TEST_MQTT_PORT")
    static let smtp = port("DASH_TEST_SMTP_PORT")
    static let postgres = ProcessInfo.processInfo.environment["DASH_TEST_POSTGRES_URL"]
        .flatMap { URLComponents(string: $0)?.port }
    static let mails = ProcessInfo.processInfo.environment["DASH_TEST_MAILS"] ?? ""

    /// The mails of a server of a test's own.
    static func mails(of name: String) -> String {
        URL(filePath: mails).deletingLastPathComponent().deletingLastPathComponent().appending(path: name + "/mails")
            .path
    }

    static let loopback = EgressPolicy(allowing: [AddressRange("127.0.0.0/8")].compactMap { $0 })

    /// The kinds as the server has them, allowed to reach loopback.
    static func kind(_ name: String, files: String = "/nowhere") throws -> SinkKind {
        try #require(components(files: files).sink(name))
    }

    static func components(files: String = "/nowhere") -> Components {
        Builtins.components(http: http, filesDirectory: files, hasSystemSource: false)
    }

    static let origin = EgressOrigin(team: .v7(), pipeline: .v7())

    /// One for all tests, as its connections have to be closed before it goes.
    static let http = OutboundHTTP(policy: loopback, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })

    /// Runs the script that started the servers of the sinks.
    static func services(_ arguments: String...) async throws { try await run("DASH_TEST_SERVICES", arguments) }

    /// Runs the script that started the databases.
    static func databases(_ arguments: String...) async throws { try await run("DASH_TEST_DATABASES", arguments) }

    private static func run(_ variable: String, _ arguments: [String]) async throws {
        let script = try #require(ProcessInfo.processInfo.environment[variable])
        let process = Process()
        process.executableURL = URL(filePath: script)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let code = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        try #require(code == 0, "\(arguments)")
    }

    static func name(_ prefix: String) -> String { prefix + UUID().uuidString.lowercased().prefix(12) }

    private static func port(_ key: String) -> Int? { ProcessInfo.processInfo.environment[key].flatMap { Int($0) } }

    /// The `n` of a record as JSON text.
    static func number(_ record: some StringProtocol) -> Int? { try? JSONValue(parsing: String(record))["n"]?.intValue }
}

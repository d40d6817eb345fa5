import DashJSON
import DashPipeline
import Foundation
import Testing

@testable import DashConnectors

/// A sink's receiver on this machine, behind a proxy that breaks the connection.
struct SinkBackend: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case webhook, postgresql, s3, kafka, redis, mqtt, email

        /// Those whose servers were started for the tests.
        static var there: [Kind] { allCases.filter(\.isThere) }

        private var isThere: Bool {
            switch self {
            case .webhook: true
            case .postgresql: TestServers.postgres != nil
            case .s3: TestServers.s3 != nil
            case .kafka: TestServers.kafka != nil
            case .redis: TestServers.redis != nil
            case .mqtt: TestServers.mqtt != nil
            case .email: TestServers.smtp != nil
            }
        }
    }

    var kind: Kind
    /// With so little time that a sink soon sees a fault.
    var config: JSONValue
    var proxy: FaultProxy
    /// Whether the receiver drops what comes a second time.
    var dropsRepeats = true
    /// The numbers that arrived, in the receiver's order.
    var received: @Sendable () async throws -> [Int]
    /// Kills the receiver's server; `restart` starts it again with what it had. nil where it keeps nothing.
    var kill: (@Sendable () async throws -> Void)?
    var restart: (@Sendable () async throws -> Void)?

    /// With more time than any machine takes.
    var patientConfig: JSONValue {
        .object((config.objectValue ?? [:]).merging(["timeout_seconds": 120]))
    }

    /// Lends a receiver of the kind. One of its `own` may be killed.
    static func with(
        _ kind: Kind,
        own: Bool = false,
        _ body: @escaping @Sendable (SinkBackend) async throws -> Void
    ) async throws {
        switch kind {
        case .webhook: try await webhook(body)
        case .postgresql: try await postgreSQL(own: own, body)
        case .s3: try await s3(own: own, body)
        case .kafka: try await kafka(body)
        case .redis: try await redis(own: own, body)
        case .mqtt: try await mqtt(own: own, body)
        case .email: try await email(own: own, body)
        }
    }

    /// Runs the body with the port of a server: of a new one that may be killed, or of the one that all tests share.
    static func server(
        _ kind: String,
        own: Bool,
        shared: Int?,
        _ body: (_ port: Int, _ name: String?) async throws -> Void
    ) async throws {
        guard own else { return try await body(try #require(shared), nil) }
        // SeaweedFS takes the three ports behind its own.
        let (name, port) = (TestServers.name(kind + "-"), try FaultProxy.freePort(followedBy: kind == "s3" ? 3 : 0))
        try await TestServers.services("start-instance", name, kind, String(port))
        let outcome = await Result { try await body(port, name) }
        try await TestServers.services("stop-instance", name)
        try outcome.get()
    }

    /// With what it takes to kill a server of its own.
    func killable(_ service: String, _ name: String?, port: Int) -> SinkBackend {
        guard let name else { return self }
        var backend = self
        backend.kill = { try await TestServers.services("stop-instance", name, "keep") }
        backend.restart = { try await TestServers.services("start-instance", name, service, String(port)) }
        return backend
    }
}

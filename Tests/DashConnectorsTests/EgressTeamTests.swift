import DashJSON
import DashModel
import DashPipeline
import DashStorage
import Foundation
import Logging
import NIOCore
import Synchronization
import Testing

@testable import DashConnectors

/// Every source and sink asks for its hosts as its team, so that it takes its own team's share.
@Suite struct EgressTeamTests {
    private final class FailingResolver: HostResolving {
        private let asked = Mutex<[UUID?]>([])
        var teams: [UUID?] { asked.withLock { $0 } }

        func addresses(of host: String, for team: UUID?) async throws -> [SocketAddress] {
            asked.withLock { $0.append(team) }
            throw DashError(.unavailable, "The host name \(host) has no address.")
        }
    }

    private static let sinks: [(String, JSONValue)] = [
        ("webhook", ["url": "https://a.test/"]),
        ("postgresql", ["host": "a.test", "database": "d", "user": "u", "table": "t"]),
        (
            "s3",
            ["endpoint": "https://a.test", "bucket": "abc", "access_key_id": "k", "secret_access_key": "s"]
        ),
        ("kafka", ["brokers": "a.test:9092", "topic": "t"]), ("redis", ["host": "a.test", "stream": "s"]),
        ("mqtt", ["host": "a.test", "topic": "t"]),
        ("email", ["host": "a.test", "from": "a@b.test", "to": "c@d.test"]),
    ]
    private static let sources: [(String, JSONValue)] = [
        ("http", ["url": "https://a.test/"]),
        (
            "http",
            [
                "url": "https://a.test/",
                "auth": ["kind": "oauth2", "token_url": "https://b.test/", "client_id": "c", "client_secret": "s"],
            ]
        ),
        ("graphql", ["url": "https://a.test/", "query": "{ a }"]), ("kafka", ["brokers": "a.test:9092", "topic": "t"]),
    ]

    private func components(_ resolver: FailingResolver) -> Components {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let http = OutboundHTTP(egress: EgressGuard(policy: EgressPolicy(), resolver: resolver, logger: logger))
        return Builtins.components(http: http, filesDirectory: "/nowhere", hasSystemSource: false)
    }

    @Test(arguments: sinks) func sinksAsk(kind: String, config: JSONValue) async throws {
        let resolver = FailingResolver()
        let sink = try #require(components(resolver).sink(kind)).make(config)
        let origin = EgressOrigin(team: UUID(), pipeline: UUID())
        await #expect(throws: DashError.self) { try await sink.test(for: origin) }
        var records = RecordBytes()
        records.append(Array("{\"a\":1}".utf8))
        let delivery = Delivery(
            id: UUID(),
            team: origin.team,
            pipeline: origin.pipeline,
            lane: .sink(origin.pipeline),
            receivedAt: .epoch,
            firstID: 1,
            lastID: 1,
            attempts: 0,
            records: records
        )
        await #expect(throws: DashError.self) { try await sink.send([delivery]) }
        await sink.close()
        #expect(resolver.teams.count >= 2)
        #expect(resolver.teams.allSatisfy { $0 == origin.team })
    }

    @Test(arguments: sources) func sourcesAsk(kind: String, config: JSONValue) async throws {
        let resolver = FailingResolver()
        let make = try #require(components(resolver).source(kind)?.make)
        let request = FetchRequest(team: UUID(), pipeline: UUID(), dueAt: .epoch, cursor: nil)
        await #expect(throws: DashError.self) { try await make(config).fetch(request) }
        #expect(resolver.teams == [request.team])
    }

    @Test func everyKindIsTried() {
        let components = components(FailingResolver())
        let withoutNetwork = ["file", "webhook", "pipeline", "system"]
        for kind in components.sinks where !["file"].contains(kind.name) {
            #expect(Self.sinks.contains { $0.0 == kind.name })
        }
        for kind in components.sources where !withoutNetwork.contains(kind.name) {
            #expect(Self.sources.contains { $0.0 == kind.name })
        }
    }
}

import DashJSON
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Synchronization
import TestSupport
import Testing

@testable import DashConnectors

/// Receivers that pass records on: brokers, a mailbox, a webhook.
extension SinkBackend {
    static func kafka(_ body: (SinkBackend) async throws -> Void) async throws {
        let port = try FaultProxy.freePort()
        let proxy = try FaultProxy(to: port)
        defer { proxy.close() }
        // A broker tells its clients where it is, so one of its own says it is the proxy. It is not killed: Tansu keeps
        // nothing on disk, and with its topics in a bucket it sometimes loses what it has acknowledged.
        let name = TestServers.name("kafka-")
        try await TestServers.services("start-instance", name, "kafka", String(port), String(proxy.port))
        let topic = TestServers.name("contract-")
        let backend = SinkBackend(
            kind: .kafka,
            config: [
                "brokers": .string("127.0.0.1:\(proxy.port)"), "topic": .string(topic), "timeout_seconds": 5,
                "compression": "none",
            ],
            proxy: proxy,
            dropsRepeats: false,
            received: {
                // Reads anew each time, as its own connection breaks with the proxy.
                let reader = KafkaReader(port: proxy.port, topic: topic)
                defer { reader.stop() }
                var count = -1
                let end = ContinuousClock.now + .seconds(4)
                while .now < end, count != reader.all.count || count <= 0 {
                    count = reader.all.count
                    try await ContinuousClock().sleep(for: .milliseconds(150))
                }
                return reader.all.compactMap(TestServers.number)
            }
        )
        let outcome = await Result { try await body(backend) }
        try await TestServers.services("stop-instance", name)
        try outcome.get()
    }

    static func mqtt(own: Bool = false, _ body: (SinkBackend) async throws -> Void) async throws {
        try await server("mqtt", own: own, shared: TestServers.mqtt) { port, name in
            let proxy = try FaultProxy(to: port)
            defer { proxy.close() }
            let topic = TestServers.name("contract-")
            let reader = MQTTReader(port: port, topic: topic + "/#")
            defer { reader.stop() }
            try await eventually("subscribed") { reader.isSubscribed }
            var backend = SinkBackend(
                kind: .mqtt,
                config: [
                    "host": "127.0.0.1", "port": .number(JSONNumber(proxy.port)), "topic": .string(topic + "/records"),
                    "timeout_seconds": 2,
                ],
                proxy: proxy,
                dropsRepeats: false,
                received: { reader.all.compactMap { TestServers.number($0.payload) } }
            )
            if let name {
                // A broker passes on what comes to whom it knows: the reader must be back before the sink is.
                backend.kill = {
                    try await TestServers.services("stop-instance", name, "keep")
                    proxy.set(.down)
                }
                backend.restart = {
                    try await TestServers.services("start-instance", name, "mqtt", String(port))
                    try await eventually("subscribed again") { reader.isSubscribed }
                    proxy.set(.up)
                }
            }
            try await body(backend)
        }
    }

    static func email(own: Bool = false, _ body: (SinkBackend) async throws -> Void) async throws {
        try await server("smtp", own: own, shared: TestServers.smtp) { port, name in
            let proxy = try FaultProxy(to: port)
            defer { proxy.close() }
            let recipient = TestServers.name("reader") + "@example.org"
            let mails = name.map(TestServers.mails(of:)) ?? TestServers.mails
            let backend = SinkBackend(
                kind: .email,
                config: [
                    "host": "127.0.0.1", "port": .number(JSONNumber(proxy.port)), "encryption": "none",
                    "from": "dash@example.org", "to": .string(recipient), "line": "line {{n}}", "timeout_seconds": 2,
                    "lane": ["batch_seconds": 0],
                ],
                proxy: proxy,
                dropsRepeats: false,
                received: { try Mails.read(for: recipient, at: mails).flatMap(\.numbers) }
            )
            try await body(backend.killable("smtp", name, port: port))
        }
    }

    static func webhook(_ body: @escaping @Sendable (SinkBackend) async throws -> Void) async throws {
        let seen = Mutex<(ids: Set<String>, numbers: [Int])>(([], []))
        let router = Router()
        router.post("hook") { request, _ in
            let body = try await request.body.collect(upTo: 10 << 20)
            let id = HTTPField.Name("webhook-id").flatMap { request.headers[$0] } ?? ""
            let records = try JSONValue(parsing: Array(body.readableBytesView)).arrayValue ?? []
            seen.withLock { seen in
                guard seen.ids.insert(id).inserted else { return }
                seen.numbers += records.compactMap { $0["n"]?.intValue }
            }
            return HTTPResponse.Status.noContent
        }
        let app = Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)))
        try await app.test(.live) { client in
            let proxy = try FaultProxy(to: client.port ?? 0)
            defer { proxy.close() }
            try await body(
                SinkBackend(
                    kind: .webhook,
                    config: ["url": .string("http://127.0.0.1:\(proxy.port)/hook"), "timeout_seconds": 2],
                    proxy: proxy,
                    received: { seen.withLock(\.numbers) }
                )
            )
        }
    }
}

import DashJSON
import DashModel
import DashPipeline
import DashStorage
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Synchronization
import Testing

@testable import DashConnectors

/// Every kind of sink against a real server, through a proxy that breaks the connection.
@Suite struct SinkContractTests {
    @Test(.enabled(if: TestServers.redis != nil)) func redisStream() async throws {
        let port = try #require(TestServers.redis)
        let proxy = try FaultProxy(to: port)
        defer { proxy.close() }
        let stream = TestServers.name("contract-")
        try await SinkContract(
            kind: TestServers.kind("redis"),
            config: [
                "host": "127.0.0.1", "port": .number(JSONNumber(proxy.port)), "password": "s3cret",
                "stream": .string(stream), "timeout_seconds": 2,
            ],
            proxy: proxy,
            received: { try RedisEntries.read(stream, port: port).compactMap(TestServers.number) }
        ).run()
    }

    @Test(.enabled(if: TestServers.postgres != nil), arguments: ["jsonb", "columns", "key"])
    func postgreSQLTable(mode: String) async throws {
        let port = try #require(TestServers.postgres)
        let proxy = try FaultProxy(to: port)
        defer { proxy.close() }
        let table = TestServers.name("contract_").replacing("-", with: "_")
        let reader = BlockingConnection<TableConnection>(label: "test")
        let connect: @Sendable () throws -> sending TableConnection = {
            try TableConnection(
                [
                    ("host", "127.0.0.1"), ("port", String(port)), ("dbname", "postgres"), ("user", "dash"),
                    ("password", "dash"),
                ],
                patience: .seconds(10)
            )
        }
        var config: JSONObject = [
            "host": "127.0.0.1", "port": .number(JSONNumber(proxy.port)), "database": "postgres", "user": "dash",
            "password": "dash", "table": .string(table), "timeout_seconds": 2,
        ]
        if mode != "jsonb" {
            let key = mode == "key" ? " PRIMARY KEY" : ""
            try await reader.use(opening: connect) {
                try $0.run("CREATE TABLE \(table) (number bigint\(key), pad text, added serial)")
            }
            config["columns"] = ["number": "n", "pad": "$.pad"]
            if mode == "key" { config["key"] = "number" }
        }
        let question =
            mode == "jsonb"
            ? "SELECT data->>'n' FROM \(table) ORDER BY received_at, delivery_id, position"
            : "SELECT number FROM \(table) ORDER BY added"
        try await SinkContract(
            kind: TestServers.kind("postgresql"),
            config: .object(config),
            proxy: proxy,
            received: {
                try await reader.use(opening: connect) { try $0.run(question) }.compactMap { Int($0) }
            }
        ).run()
        try await reader.use(opening: connect) { try $0.run("DROP TABLE \(table)") }
    }

    @Test(.enabled(if: TestServers.s3 != nil)) func s3Objects() async throws {
        let port = try #require(TestServers.s3)
        let proxy = try FaultProxy(to: port)
        defer { proxy.close() }
        let bucket = TestServers.name("contract-")
        let client = S3Fixture.client(port: port, bucket: bucket)
        try await client.makeBucket()
        try await SinkContract(
            kind: TestServers.kind("s3"),
            config: S3Fixture.config(port: proxy.port, bucket: bucket, ["compression": "none", "prefix": "a b/c"]),
            proxy: proxy,
            received: {
                var numbers: [Int] = []
                for key in try await client.keys(startingWith: "a b/c/dt=") {
                    let text = String(decoding: try await client.get(key: key), as: UTF8.self)
                    numbers += text.split(separator: "\n").compactMap(TestServers.number)
                }
                return numbers
            }
        ).run()
    }

    @Test(.enabled(if: TestServers.kafka != nil)) func kafkaTopic() async throws {
        let port = try FaultProxy.freePort()
        let proxy = try FaultProxy(to: port)
        defer { proxy.close() }
        // A broker tells its clients where it is, so one of its own says it is the proxy.
        let name = TestServers.name("kafka-")
        try await TestServers.services("start-instance", name, "kafka", String(port), String(proxy.port))
        let topic = TestServers.name("contract-")
        let outcome = await Result {
            let kind = try TestServers.kind("kafka")
            let config: JSONValue = [
                "brokers": .string("127.0.0.1:\(proxy.port)"), "topic": .string(topic), "timeout_seconds": 5,
                "compression": "none",
            ]
            try await SinkContract(
                kind: kind,
                config: config,
                proxy: proxy,
                dropsRepeats: false,
                received: {
                    // Reads anew each time, as its own connection breaks with the proxy.
                    let reader = KafkaReader(port: proxy.port, topic: topic)
                    defer { reader.stop() }
                    var count = -1
                    let deadline = ContinuousClock.now + .seconds(4)
                    while ContinuousClock.now < deadline, count != reader.all.count || count <= 0 {
                        count = reader.all.count
                        try await Pause.short()
                    }
                    return reader.all.compactMap(TestServers.number)
                }
            ).run()
        }
        try await TestServers.services("stop-instance", name)
        try outcome.get()
    }

    @Test(.enabled(if: TestServers.mqtt != nil)) func mqttBroker() async throws {
        let port = try #require(TestServers.mqtt)
        let proxy = try FaultProxy(to: port)
        defer { proxy.close() }
        let topic = TestServers.name("contract-")
        let reader = MQTTReader(port: port, topic: topic + "/#")
        defer { reader.stop() }
        try await Pause.until("subscribed") { reader.isSubscribed }
        try await SinkContract(
            kind: TestServers.kind("mqtt"),
            config: [
                "host": "127.0.0.1", "port": .number(JSONNumber(proxy.port)), "topic": .string(topic + "/records"),
                "timeout_seconds": 2,
            ],
            proxy: proxy,
            dropsRepeats: false,
            received: { reader.all.compactMap { TestServers.number($0.payload) } }
        ).run()
    }

    @Test(.enabled(if: TestServers.smtp != nil)) func mail() async throws {
        let port = try #require(TestServers.smtp)
        let proxy = try FaultProxy(to: port)
        defer { proxy.close() }
        let recipient = TestServers.name("reader") + "@example.org"
        try await SinkContract(
            kind: TestServers.kind("email"),
            config: [
                "host": "127.0.0.1", "port": .number(JSONNumber(proxy.port)), "encryption": "none",
                "from": "dash@example.org", "to": .string(recipient), "line": "line {{n}}", "timeout_seconds": 2,
            ],
            proxy: proxy,
            dropsRepeats: false,
            received: { try Mails.read(for: recipient).flatMap(\.numbers) }
        ).run()
    }

    @Test func webhook() async throws {
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
            try await SinkContract(
                kind: TestServers.kind("webhook"),
                config: ["url": .string("http://127.0.0.1:\(proxy.port)/hook"), "timeout_seconds": 2],
                proxy: proxy,
                received: { seen.withLock(\.numbers) }
            ).run()
        }
    }
}

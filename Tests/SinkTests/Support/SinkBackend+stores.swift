import DashJSON
import Foundation
import Testing

@testable import DashConnectors

/// Receivers that keep records: a table, a bucket, a stream.
extension SinkBackend {
    /// `mode`: `jsonb` for the table that the sink makes, `columns` for one of the user's, `key` for one with a key.
    static func postgreSQL(
        own: Bool = false,
        mode: String = "jsonb",
        _ body: (SinkBackend) async throws -> Void
    ) async throws {
        try await database(own: own) { port, name in
            let proxy = try FaultProxy(to: port)
            defer { proxy.close() }
            let table = TestServers.name("contract_").replacing("-", with: "_")
            let reader = BlockingConnection<TableConnection>(label: "test")
            let run: @Sendable (String) async throws -> [String] = { statement in
                let connect: @Sendable () throws -> sending TableConnection = {
                    let place = [("host", "127.0.0.1"), ("port", String(port)), ("dbname", "postgres")]
                    return try TableConnection(
                        place + [("user", "dash"), ("password", "dash")],
                        patience: .seconds(60)
                    )
                }
                return try await reader.use(opening: connect) { try $0.run(statement) }
            }
            var config: JSONObject = [
                "host": "127.0.0.1", "port": .number(JSONNumber(proxy.port)), "database": "postgres", "user": "dash",
                "password": "dash", "table": .string(table), "timeout_seconds": 2,
            ]
            if mode != "jsonb" {
                let key = mode == "key" ? " PRIMARY KEY" : ""
                _ = try await run("CREATE TABLE \(table) (number bigint\(key), pad text, added serial)")
                config["columns"] = ["number": "n", "pad": "$.pad"]
                if mode == "key" { config["key"] = "number" }
            }
            let question =
                mode == "jsonb"
                ? "SELECT data->>'n' FROM \(table) ORDER BY received_at, delivery_id, position"
                : "SELECT number FROM \(table) ORDER BY added"
            var backend = SinkBackend(
                kind: .postgresql,
                config: .object(config),
                proxy: proxy,
                received: { try await run(question).compactMap { Int($0) } }
            )
            if let name {
                backend.kill = { try await TestServers.databases("ctl", name, "stop", "-m", "immediate") }
                backend.restart = { try await TestServers.databases("ctl", name, "start", "-w", "-t", "60") }
            }
            try await body(backend)
            _ = try await run("DROP TABLE \(table)")
        }
    }

    private static func database(own: Bool, _ body: (_ port: Int, _ name: String?) async throws -> Void) async throws {
        guard own else { return try await body(try #require(TestServers.postgres), nil) }
        let (name, port) = (TestServers.name("sink-"), try FaultProxy.freePort())
        try await TestServers.databases("start-instance", name, "postgres", String(port), "shared_buffers=32MB")
        let outcome = await Result { try await body(port, name) }
        try await TestServers.databases("stop-instance", name)
        try outcome.get()
    }

    static func s3(own: Bool = false, _ body: (SinkBackend) async throws -> Void) async throws {
        try await server("s3", own: own, shared: TestServers.s3) { port, name in
            let proxy = try FaultProxy(to: port)
            defer { proxy.close() }
            let bucket = TestServers.name("contract-")
            let client = S3Fixture.client(port: port, bucket: bucket)
            try await client.makeBucket()
            let backend = SinkBackend(
                kind: .s3,
                config: S3Fixture.config(
                    port: proxy.port,
                    bucket: bucket,
                    ["compression": "none", "prefix": "a b/c", "timeout_seconds": 2]
                ),
                proxy: proxy,
                received: {
                    var numbers: [Int] = []
                    for key in try await client.keys(startingWith: "a b/c/dt=") {
                        let text = String(decoding: try await client.get(key: key), as: UTF8.self)
                        numbers += text.split(separator: "\n").compactMap(TestServers.number)
                    }
                    return numbers
                }
            )
            try await body(backend.killable("s3", name, port: port))
        }
    }

    static func redis(own: Bool = false, _ body: (SinkBackend) async throws -> Void) async throws {
        try await server("redis", own: own, shared: TestServers.redis) { port, name in
            let proxy = try FaultProxy(to: port)
            defer { proxy.close() }
            let stream = TestServers.name("contract-")
            let backend = SinkBackend(
                kind: .redis,
                config: [
                    "host": "127.0.0.1", "port": .number(JSONNumber(proxy.port)), "password": "s3cret",
                    "stream": .string(stream), "timeout_seconds": 2,
                ],
                proxy: proxy,
                received: { try RedisEntries.read(stream, port: port).compactMap(TestServers.number) }
            )
            try await body(backend.killable("redis", name, port: port))
        }
    }
}

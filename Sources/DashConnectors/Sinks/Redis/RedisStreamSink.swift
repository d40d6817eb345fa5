import DashJSON
import DashModel
import DashPipeline
import DashStorage

/// Adds each record to a stream as an entry with the fields `delivery`, `position` and `data`. A repeated delivery adds
/// nothing for a day: a key beside the stream remembers it.
final class RedisStreamSink: Sink {
    static func kind(egress: EgressGuard) -> SinkKind {
        SinkKind(
            name: "redis",
            title: "Redis stream",
            summary: "Adds the records to a stream, in order.",
            fields: [
                ConfigField("host", .string, required: true, place: true),
                ConfigField("port", .integer(1...65_535), place: true, default: 6_379),
                ConfigField("username", .string, help: "Empty for the default user."),
                ConfigField("password", .string, secret: true),
                ConfigField("database", .integer(0...1_023), default: 0),
                ConfigField("stream", .string, required: true, help: "The stream's key."),
                ConfigField(
                    "max_length",
                    .integer(0...1_000_000_000),
                    default: 0,
                    label: "entries to keep",
                    help: "About so many of the newest; 0 keeps all."
                ),
                ConfigField("timeout_seconds", .integer(1...300), default: 10),
            ],
            batching: SinkBatching(records: 5_000, bytes: 4 << 20),
            make: { try RedisStreamSink($0, egress: egress) }
        )
    }

    private let host: String
    private let port: Int
    private let username: String
    private let password: String
    private let database: Int
    private let stream: String
    private let maxLength: Int
    private let timeout: Int
    private let egress: EgressGuard
    private let session = BlockingConnection<RedisConnection>(label: "dash.sink.redis")

    init(_ config: JSONValue, egress: EgressGuard) throws {
        var config = SinkConfig(config)
        host = config.host()
        stream = config.text("stream")
        try config.check()
        port = config.int("port", default: 6_379)
        username = config.text("username")
        password = config.secret("password")
        database = config.int("database", default: 0)
        maxLength = config.int("max_length", default: 0)
        timeout = config.int("timeout_seconds", default: 10)
        self.egress = egress
    }

    func send(_ delivery: Delivery) async throws { try await send([delivery]) }

    func send(_ deliveries: [Delivery]) async throws {
        let commands = deliveries.map(addition)
        try await connected(deliveries.first.map { EgressOrigin($0) }) { try $0.run(all: commands) }
    }

    func test(for origin: EgressOrigin) async throws {
        let stream = Array(stream.utf8)
        try await connected(origin) { connection in
            let type = try connection.run([Array("TYPE".utf8), stream])
            guard [.text("none"), .text("stream")].contains(type) else {
                throw DashError(.invalid, "The key holds something else than a stream.")
            }
        }
    }

    func close() async { await session.close() }

    private func connected(
        _ origin: EgressOrigin?,
        _ body: @Sendable (RedisConnection) throws -> Void
    ) async throws {
        let address = try await egress.address(of: host, port: port, for: origin)
        let (host, port, username, password) = (host, port, username, password)
        let (database, timeout) = (database, timeout)
        try await session.use {
            try RedisConnection(
                host: host,
                address: address,
                port: port,
                username: username,
                password: password,
                database: database,
                timeout: timeout
            )
        } _: {
            try body($0)
        }
    }

    /// The mark comes last: should the server stop half-way, the delivery is added again rather than lost.
    private static let script = """
        if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
        for i = 4, #ARGV do
          if ARGV[1] == '0' then
            redis.call('XADD', KEYS[1], '*', 'delivery', ARGV[3], 'position', i - 4, 'data', ARGV[i])
          else
            redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', 'delivery', ARGV[3], 'position', i - 4,
              'data', ARGV[i])
          end
        end
        redis.call('SET', KEYS[2], '1', 'EX', ARGV[2])
        return #ARGV - 3
        """

    private func addition(of delivery: Delivery) -> [[UInt8]] {
        let words = [
            "EVAL", Self.script, "2", stream, "dash:{\(stream)}:\(delivery.id.text)", String(maxLength), "86400",
            delivery.id.text,
        ]
        return words.map { Array($0.utf8) } + (0..<delivery.records.count).map { Array(delivery.records[$0]) }
    }
}

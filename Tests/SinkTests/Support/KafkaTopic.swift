import DashJSON
import DashModel
import DashPipeline
import Foundation
import Logging
import TestSupport
import Testing

@testable import DashConnectors

/// A topic of a test's own: what is written to it, and what a source reads from it.
struct KafkaTopic: Sendable {
    struct Read {
        var lines: [String]
        var cursor: JSONValue?
        var hasMore: Bool

        var numbers: [Int] { lines.compactMap(TestServers.number) }
    }

    let port: Int
    let name: String
    let pipeline = UUID.v7()
    private let writer = BlockingConnection<KafkaProducer>(label: "test")
    private let kind: SourceKind

    init(port: Int, name: String = TestServers.name("source-"), consumers: KafkaConsumers = KafkaConsumers()) {
        self.port = port
        self.name = name
        kind = KafkaSource.kind(egress: TestServers.http.egress, consumers: consumers)
    }

    /// A topic of a broker of its own, behind a proxy.
    static func proxied(_ body: (KafkaTopic, FaultProxy) async throws -> Void) async throws {
        let port = try FaultProxy.freePort()
        let proxy = try FaultProxy(to: port)
        defer { proxy.close() }
        let name = TestServers.name("kafka-")
        try await TestServers.services("start-instance", name, "kafka", String(port), String(proxy.port))
        let outcome = await Result { try await body(KafkaTopic(port: proxy.port), proxy) }
        try await TestServers.services("stop-instance", name)
        try outcome.get()
    }

    func write(_ numbers: ClosedRange<Int>, padding: Int = 0) async throws {
        let pad = String(repeating: "x", count: padding)
        try await write(numbers.map { ("key \($0 % 50)", "{\"n\":\($0),\"pad\":\"\(pad)\"}") })
    }

    func write(_ messages: [(key: String, value: String)]) async throws {
        try await write(messages.map { (key: $0.key, value: Array($0.value.utf8)) })
    }

    func write(_ messages: [(key: String, value: [UInt8])]) async throws {
        let messages = messages.enumerated().map { position, message in
            KafkaProducer.Message(
                key: Array(message.key.utf8),
                value: message.value,
                delivery: "d",
                position: String(position)
            )
        }
        let (port, name) = (port, name)
        try await writer.use {
            try KafkaProducer(
                [("bootstrap.servers", "127.0.0.1:\(port)"), ("enable.idempotence", "true"), ("linger.ms", "5")],
                patience: .seconds(120),
                egress: KafkaEgress(TestServers.http.egress)
            )
        } _: {
            try $0.produce(messages, to: name)
        }
    }

    func config(_ others: JSONObject = [:]) -> JSONValue {
        let config: JSONObject = [
            "brokers": .string("127.0.0.1:\(port)"), "topic": .string(name), "timeout_seconds": 120,
            "max_wait_seconds": 10,
        ]
        return .object(config.merging(others))
    }

    /// One run of a source with these settings.
    func read(_ others: JSONObject = [:], after cursor: JSONValue? = nil) async throws -> Read {
        let make = try #require(kind.make)
        let source = try make(config(others))
        let request = FetchRequest(team: pipeline, pipeline: pipeline, dueAt: .epoch, cursor: cursor)
        let body = try await source.fetch(request)
        let lines = String(decoding: body.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        return Read(lines: lines, cursor: body.cursor, hasMore: body.hasMore)
    }

    /// Runs until so many records are there. A run that brings none came too early.
    func readAll(_ count: Int, _ others: JSONObject = [:], after cursor: JSONValue? = nil) async throws -> [Read] {
        var reads: [Read] = []
        var cursor = cursor
        try await eventually("\(count) records are read") {
            let read = try await read(others, after: cursor)
            cursor = read.cursor
            if !read.lines.isEmpty { reads.append(read) }
            return reads.reduce(0) { $0 + $1.lines.count } >= count
        }
        return reads
    }
}

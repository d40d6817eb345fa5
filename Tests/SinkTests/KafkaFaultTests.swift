import CRdkafka
import DashJSON
import DashModel
import Testing

@testable import DashConnectors

/// The Kafka source and what a cluster of two brokers may refuse.
@Suite struct KafkaFaultTests {
    @Test(.enabled(if: TestServers.kafka != nil), arguments: ["earliest", "latest"])
    func goesOnWhereItIsToldWhenMessagesAreGone(start: String) async throws {
        let mock = try KafkaMock()
        let topic = KafkaTopic(port: mock.port)
        mock.make(topic.name)
        try await topic.write(1...40)
        let whole = try await topic.readAll(40)
        #expect(whole.flatMap(\.numbers).sorted() == Array(1...40))
        var beyond = KafkaOffsets(saved: whole.last?.cursor)
        for partition in beyond.topics[topic.name]?.keys.sorted() ?? [] { beyond[topic.name, partition] = 1_000_000 }
        let settings: JSONObject = ["start": .string(start), "max_wait_seconds": 10]
        // The run that notices moves the cursor.
        let moved = try await topic.read(settings, after: beyond.json)
        #expect(moved.lines.isEmpty)
        try await topic.write(41...60)
        let expected = start == "earliest" ? Array(1...60) : Array(41...60)
        let reads = try await topic.readAll(expected.count, settings, after: moved.cursor)
        #expect(reads.flatMap(\.numbers).sorted() == expected)
        withExtendedLifetime(mock) {}
    }

    @Test(.enabled(if: TestServers.kafka != nil)) func aMissingRightPausesAndATopicThatWentIsNamed() async throws {
        let mock = try KafkaMock()
        let topic = KafkaTopic(port: mock.port)
        mock.make(topic.name)
        try await topic.write(1...10)
        let cursor = try await topic.readAll(10).last?.cursor
        mock.refuseReading(Array(repeating: RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, count: 20))
        let refused = await #expect(throws: DashError.self) { try await topic.read(after: cursor) }
        #expect(refused?.code == .forbidden, "\(String(describing: refused))")
        mock.refuse(topic.name, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
        let missing = await #expect(throws: DashError.self) { try await topic.read(after: cursor) }
        #expect(missing?.code == .invalid, "\(String(describing: missing))")
        #expect(missing?.message.contains(topic.name) == true)
        withExtendedLifetime(mock) {}
    }
}

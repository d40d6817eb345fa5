import DashJSON
import DashModel
import DashPipeline
import DashStorage
import Testing

@testable import DashConnectors

/// Which partition a record goes to: the one that Java's producer would choose.
@Suite struct KafkaPartitionTests {
    /// Hashes of Apache Kafka's own tests, without their sign, by four partitions.
    private static let partitions = [
        "21": 0, "foobar": 2, "a-little-bit-long-string": 0, "a-little-bit-longer-string": 3,
        "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": 1, "abc": 3,
    ]

    @Test(.enabled(if: TestServers.kafka != nil)) func choosesAsJavaDoes() async throws {
        let mock = try KafkaMock()
        let topic = KafkaTopic(port: mock.port)
        mock.make(topic.name)
        let sink = try TestServers.kind("kafka").make([
            "brokers": .string("127.0.0.1:\(mock.port)"), "topic": .string(topic.name), "key": "k",
        ])
        var records = RecordBytes()
        for key in Self.partitions.keys { records.append(Array(#"{"k":"\#(key)"}"#.utf8)) }
        for text in [#"{"n":1}"#, #"{"k":null}"#] { records.append(Array(text.utf8)) }
        records.append(Array(#"{"k":21}"#.utf8))
        var delivery = SinkContract.delivery(1...1)
        delivery.records = records
        try await sink.send(delivery)
        await sink.close()
        let lines = try await topic.readAll(records.count, ["metadata": "kafka"]).flatMap(\.lines)
        #expect(lines.count == records.count)
        var keyless = 0
        for line in lines {
            let origin = try #require(try JSONValue(parsing: line)["kafka"])
            guard let key = origin["key"]?.stringValue else {
                keyless += 1
                continue
            }
            #expect(origin["partition"]?.intValue == Self.partitions[key], "\(key)")
        }
        #expect(keyless == 2)
        withExtendedLifetime(mock) {}
    }
}

import CRdkafka
import DashJSON
import DashMapping
import DashModel
import DashPipeline
import Foundation
import Logging
import Testing

@testable import DashConnectors

/// What the Kafka source makes of settings, values and errors, without a broker.
@Suite struct KafkaSettingsTests {
    @Test func makesLinesOfValues() throws {
        func lines(_ value: [UInt8]?, path: String? = nil, metadata: String? = nil) throws -> String {
            let lines = KafkaLines(path: try path.map { try JSONPath($0) }, metadata: metadata)
            var message = KafkaMessage(topic: "t", partition: 2, offset: 7, value: value)
            message.key = [0xFF]
            message.headers = [("h", nil), ("i", Array("x".utf8))]
            return String(decoding: lines.lines(of: message).bytes, as: UTF8.self)
        }
        func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
        #expect(try lines(bytes(#"{"a": 1}"#)) == "{\"a\":1}\n")
        #expect(try lines(bytes("{\n\"a\": 1}\n{\"a\": 2}\n")).split(separator: "}").count == 3)
        #expect(try lines(bytes(#"[{"a":1}, {"a":2}]"#)) == "{\"a\":1}\n{\"a\":2}\n")
        #expect(try lines(bytes("nonsense")) == "\"nonsense\"\n")
        #expect(try lines([0xFF, 0xFE]) == "\"base64:\\/\\/4=\"\n" || lines([0xFF, 0xFE]) == "\"base64://4=\"\n")
        #expect(try lines([]) == "\"\"\n")
        #expect(try lines(bytes("3")) == "3\n")
        #expect(try lines(nil).isEmpty)
        #expect(try lines(bytes(#"{"d":{"items":[{"n":1},{"n":2}]}}"#), path: "$.d.items") == "{\"n\":1}\n{\"n\":2}\n")
        #expect(try lines(bytes(#"{"other":1}"#), path: "$.d.items").isEmpty)
        #expect(try lines(bytes("nonsense"), path: "$.d.items") == "\"nonsense\"\n")
        #expect(try lines(bytes("nonsense"), metadata: "k") == "\"nonsense\"\n")
        let tombstone = try JSONValue(parsing: lines(nil, metadata: "k"))
        #expect(tombstone["k"]?["offset"]?.intValue == 7)
        #expect(tombstone["k"]?["key"] == "base64:/w==")
        #expect(tombstone["k"]?["headers"] == ["h": .null, "i": "x"])
        #expect(tombstone["k"]?["timestamp"] == .null)
        let large = try lines(bytes("\"" + String(repeating: "x", count: 11 << 20)))
        #expect(large.utf8.count == (1 << 20) + 4, "what no body can hold is cut")
    }

    @Test func keepsOffsetsAsACursor() {
        var offsets = KafkaOffsets(cluster: "c")
        offsets["b", 10] = 5
        offsets["b", 2] = 1 << 40
        offsets["a.b/c", 0] = 0
        #expect(KafkaOffsets(saved: offsets.json) == offsets)
        #expect(offsets.knows("b") && !offsets.knows("c"))
        #expect(KafkaOffsets(saved: ["from": "2026-01-01", "seen": []]) == KafkaOffsets())
        #expect(KafkaOffsets(saved: ["offsets": ["a": ["0": -5, "x": 1, "1": "no"]]]) == KafkaOffsets())
    }

    @Test func tellsWhatErrorsMean() {
        let cases: [(rd_kafka_resp_err_t, DashError.Code)] = [
            (RD_KAFKA_RESP_ERR__AUTHENTICATION, .unauthenticated),
            (RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, .unauthenticated),
            (RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, .forbidden),
            (RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, .invalid), (RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, .unavailable),
            (RD_KAFKA_RESP_ERR__TIMED_OUT, .unavailable), (RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, .unavailable),
        ]
        for (code, meaning) in cases { #expect(KafkaProblem.of(code, topic: "t").code == meaning, "\(code)") }
        #expect(
            KafkaProblem.of(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, topic: "orders").message.contains("\"orders\"")
        )
    }

    @Test func tellsWhatIsWrongWithASetting() throws {
        let kind = KafkaSource.kind(egress: TestServers.http.egress)
        let wrong: [(JSONValue, String)] = [
            (["brokers": "nohost", "topic": "t"], "/source_config/brokers"),
            (["brokers": "h:9092", "topic": "a b/c"], "/source_config/topic"),
            (["brokers": "h:9092", "topic": ""], "/source_config/topic"),
        ]
        for (config, pointer) in wrong {
            let error = #expect(throws: DashError.self) { try kind.make?(config) }
            #expect(error?.issues.map(\.pointer) == [pointer])
        }
        _ = try kind.make?(["brokers": "h:9092, [::1]:9093", "topic": "b, a"])
        #expect(kind.fields.first { $0.name == "password" }?.isSecret == true)
    }

    @Test func reachesNoPrivateAddress() async throws {
        let http = OutboundHTTP(policy: EgressPolicy(), logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() })
        let kind = KafkaSource.kind(egress: http.egress)
        for broker in ["localhost:9092", "169.254.169.254:9092", "[::1]:9092"] {
            let make = try #require(kind.make)
            let source = try make(["brokers": .string(broker), "topic": "t"])
            let request = FetchRequest(team: .v7(), pipeline: .v7(), dueAt: .epoch, cursor: nil)
            let error = await #expect(throws: DashError.self) { try await source.fetch(request) }
            #expect(error?.code == .forbidden)
        }
        await http.close()
    }
}

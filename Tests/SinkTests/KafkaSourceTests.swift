import CRdkafka
import DashJSON
import DashMapping
import DashModel
import DashPipeline
import DashStorage
import Foundation
import Logging
import TestSupport
import Testing

@testable import DashConnectors

/// The Kafka source on a real broker.
@Suite struct KafkaSourceTests {
    @Test(.enabled(if: TestServers.kafka != nil)) func readsAllPartitionsOnceInBoundedRuns() async throws {
        let topic = KafkaTopic(port: try #require(TestServers.kafka))
        try await topic.write(1...1_000)
        let reads = try await topic.readAll(1_000, ["max_records": 300])
        #expect(reads.allSatisfy { $0.lines.count <= 300 })
        #expect(reads.count >= 4)
        #expect(reads.allSatisfy { $0.hasMore == ($0.lines.count == 300) }, "only a full run is followed at once")
        #expect(reads.flatMap(\.numbers).sorted() == Array(1...1_000))
        let cursor = KafkaOffsets(saved: reads.last?.cursor)
        #expect((cursor.topics[topic.name]?.count ?? 0) > 1, "\(cursor)")
        #expect(cursor.topics[topic.name]?.values.reduce(0, +) == 1_000)
        let next = try await topic.read(["max_wait_seconds": 0], after: reads.last?.cursor)
        #expect(next.lines.isEmpty)
        #expect(next.cursor == reads.last?.cursor)
    }

    @Test(.enabled(if: TestServers.kafka != nil)) func goesOnAndBackToWhereACursorSays() async throws {
        let port = try #require(TestServers.kafka)
        let topic = KafkaTopic(port: port)
        try await topic.write(1...500)
        // A broker that stops for a moment ends a run early.
        let first = try await topic.read(["max_records": 200])
        #expect((1...200).contains(first.lines.count))
        let left = 500 - first.lines.count
        let second = try await topic.read(["max_records": 200], after: first.cursor)
        // Its rows were not saved: the same cursor once more, then in a process of its own.
        let again = try await topic.readAll(left, ["max_records": 200], after: first.cursor)
        #expect(Set(again.flatMap(\.numbers)).isSuperset(of: second.numbers))
        #expect((first.numbers + again.flatMap(\.numbers)).sorted() == Array(1...500))
        let restarted = KafkaTopic(port: port, name: topic.name)
        let rest = try await restarted.readAll(left, after: first.cursor)
        #expect((first.numbers + rest.flatMap(\.numbers)).sorted() == Array(1...500))
    }

    @Test(.enabled(if: TestServers.kafka != nil)) func boundsBytesAndStillTakesWhatIsLarger() async throws {
        let topic = KafkaTopic(port: try #require(TestServers.kafka))
        try await topic.write(1...20, padding: 3_000)
        let reads = try await topic.readAll(20, ["max_bytes": 10_000])
        #expect(reads.allSatisfy { (1...3).contains($0.lines.count) })
        #expect(reads.flatMap(\.numbers).sorted() == Array(1...20))
        let single = try await topic.readAll(20, ["max_bytes": 1_000])
        #expect(single.map(\.lines.count) == Array(repeating: 1, count: 20))
    }

    @Test(.enabled(if: TestServers.kafka != nil)) func readsOnlyWhatComesLaterIfToldSo() async throws {
        let topic = KafkaTopic(port: try #require(TestServers.kafka))
        // One batch a message: this broker tells the end of a partition only to the last batch.
        for number in 1...5 { try await topic.write(number...number) }
        let latest: JSONObject = ["start": "latest", "max_wait_seconds": 1]
        let first = try await topic.read(latest)
        #expect(first.lines.isEmpty)
        // Between two runs, nothing is read: the cursor holds where the first began.
        try await topic.write(6...30)
        let later = KafkaTopic(port: topic.port, name: topic.name)
        let reads = try await later.readAll(25, latest, after: first.cursor)
        #expect(reads.flatMap(\.numbers).sorted() == Array(6...30))
    }

    @Test(.enabled(if: TestServers.kafka != nil)) func addsWhereAMessageCameFrom() async throws {
        let topic = KafkaTopic(port: try #require(TestServers.kafka))
        try await topic.write([("a", #"{"n":1,"kafka":"old"}"#), ("b", "{}"), ("c", "[{\"n\":3},{\"n\":4}]")])
        let lines = try await topic.readAll(4, ["metadata": "kafka"]).flatMap(\.lines)
        let records = try lines.map { try JSONValue(parsing: $0) }
        #expect(records.count == 4)
        #expect(Set(records.compactMap { $0["kafka"]?["key"]?.stringValue }) == ["a", "b", "c"])
        let one = try #require(records.first { $0["n"]?.intValue == 1 }?["kafka"])
        #expect(one["topic"] == .string(topic.name))
        #expect(one["offset"]?.intValue == 0)
        #expect(one["partition"]?.intValue != nil)
        #expect(one["headers"]?["dash-delivery"] == "d")
        let time = try #require(one["timestamp"]?.stringValue.flatMap { Timestamp(text: $0) })
        #expect(abs((SystemClock().now - time).components.seconds) < 600)
    }

    @Test(.enabled(if: TestServers.kafka != nil)) func tellsTheGroupHowFarItIs() async throws {
        let topic = KafkaTopic(port: try #require(TestServers.kafka))
        try await topic.write(1...100)
        let group = TestServers.name("group-")
        let reads = try await topic.readAll(100, ["group": .string(group)])
        _ = try await topic.read(["group": .string(group), "max_wait_seconds": 0], after: reads.last?.cursor)
        let asked = BlockingConnection<KafkaGroup>(label: "test")
        try await eventually("the group shows it") {
            try await asked.use(opening: { try KafkaGroup(port: topic.port, group: group) }) { client in
                client.committed(in: topic.name).values.reduce(0, +) == 100
            }
        }
    }

    @Test(.enabled(if: TestServers.kafka != nil)) func goesOnBehindABrokerThatWasAway() async throws {
        try await KafkaTopic.proxied { topic, proxy in
            try await topic.write(1...50)
            // With so little time that a fault is soon seen.
            let hasty: JSONObject = ["timeout_seconds": 2]
            func readAll(_ count: Int, after cursor: JSONValue? = nil) async throws -> [KafkaTopic.Read] {
                try await eventually("\(count) are read in time") {
                    try await topic.readAll(count, hasty, after: cursor)
                }
            }
            let first = try await readAll(50)
            proxy.set(.down)
            let cursor = first.last?.cursor
            // First by a connection that breaks, then by one that can't be made.
            for _ in 0..<2 {
                let error = await #expect(throws: DashError.self) {
                    try await topic.read(hasty, after: cursor)
                }
                #expect(error?.code == .unavailable, "\(String(describing: error))")
            }
            proxy.set(.up)
            try await topic.write(51...80)
            let rest = try await readAll(30, after: cursor)
            #expect(rest.flatMap(\.numbers).sorted() == Array(51...80))
        }
    }

    @Test(.enabled(if: TestServers.kafka != nil)) func namesATopicThatIsMissing() async throws {
        let topic = KafkaTopic(port: try #require(TestServers.kafka))
        let error = await #expect(throws: DashError.self) { try await topic.read() }
        #expect(error?.code == .invalid)
        #expect(error?.message.contains(topic.name) == true, "\(String(describing: error))")
    }

    @Test(.enabled(if: TestServers.kafka != nil)) func beginsAnewInAnotherCluster() async throws {
        let topic = KafkaTopic(port: try #require(TestServers.kafka))
        try await topic.write(1...40)
        let whole = try await topic.readAll(40)
        var foreign = KafkaOffsets(saved: whole.last?.cursor)
        foreign.cluster = "another"
        let anew = try await topic.readAll(40, after: foreign.json)
        #expect(anew.flatMap(\.numbers).sorted() == Array(1...40))
    }

    @Test(.enabled(if: TestServers.kafka != nil)) func keepsOneConsumerAPipelineAndClosesIdleOnes() async throws {
        let idle = Duration.seconds(3_600)
        let consumers = KafkaConsumers(idle: idle)
        let topic = KafkaTopic(port: try #require(TestServers.kafka), consumers: consumers)
        try await topic.write(1...10)
        var cursor = try await topic.readAll(10).last?.cursor
        let session = await consumers.session(of: topic.pipeline, topic.config())
        #expect(await session.isOpen)
        try await topic.write(11...20)
        let changed = try await topic.readAll(10, ["max_records": 5], after: cursor)
        #expect(changed.flatMap(\.numbers).sorted() == Array(11...20))
        #expect(await !session.isOpen, "the one with the old settings is closed")
        cursor = changed.last?.cursor
        consumers.closeIdle(now: .now)
        #expect(consumers.count == 1, "it was in use just now")
        consumers.closeIdle(now: .now + idle)
        #expect(consumers.count == 0)
        try await topic.write(21...30)
        #expect(try await topic.readAll(10, after: cursor).flatMap(\.numbers).sorted() == Array(21...30))
    }

    @Test func idleConsumersAreLookedForWithoutBeingAsked() async throws {
        let consumers = KafkaConsumers(idle: .milliseconds(50))
        for _ in 0..<2 {
            for number in 0..<3 { _ = await consumers.session(of: .v7(), ["topic": .string("t\(number)")]) }
            try await eventually("idle ones are closed") { consumers.count == 0 }
        }
    }

    @Test(.enabled(if: TestServers.kafka != nil)) func everyMessageIsStoredOnceOrQuarantined() async throws {
        try await KafkaTopic.proxied { topic, proxy in
            try await topic.write(1...300)
            try await topic.write([("x", Array("not JSON".utf8)), ("y", [0xFF, 0, 1])])
            try await LaneScene.with { scene in
                let config = topic.config(["max_records": 100, "max_wait_seconds": 1, "timeout_seconds": 2])
                let pipeline = try await scene.addPipeline(source: "kafka", config)
                func stored() async throws -> [Int] {
                    try await scene.store.records.latest(of: pipeline, limit: 10_000, now: SystemClock().now)
                        .compactMap { TestServers.number(String(decoding: $0.data, as: UTF8.self)) }.sorted()
                }
                try await eventually("the first are stored") {
                    try await stored() == Array(1...300)
                }
                proxy.set(.down)
                try await eventually("the failure shows") {
                    let row = try await scene.store.resources.fetch(Resources.pipelines, id: pipeline, in: .system)
                    return (row?.int("failure_count") ?? 0) > 0
                }
                proxy.set(.up)
                try await topic.write(301...400)
                try await eventually("all are stored") {
                    try await stored() == Array(1...400)
                }
                let refused = try await scene.store.quarantine.newest(
                    of: pipeline,
                    matching: QuarantineFilter(),
                    limit: 10
                )
                let texts = refused.map { String(decoding: $0.record.data, as: UTF8.self) }.sorted()
                #expect(texts == [#""base64:/wAB""#, #""not JSON""#])
                let ledger = try await scene.store.commits.ledger(of: pipeline)
                #expect(ledger.difference == 0, "\(ledger)")
            }
        }
    }
}

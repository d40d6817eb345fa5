import DashJSON
import DashModel
import DashSQLite
import DashStorage
import FoundationEssentials
import TestSupport
import Testing

@testable import DashPipeline

@Suite struct DeliveryTests {
    private func numbers(_ range: ClosedRange<Int>) -> [String] { range.map { "{\"n\":\($0)}" } }

    @Test func aSinkThatWasDownGetsEveryRecordInOrder() async throws {
        let probe = SinkProbe()
        probe.set(.down(DashError(.unavailable, "connection refused")))
        try await EngineHarness.run(sinks: [probe.kind("probe")]) { harness in
            let pipeline = try await harness.pipeline()
            let sink = try await harness.save(Resources.pipelineSinks, Rows.sink(of: pipeline, type: "probe"))
            for number in 1...30 { _ = try await harness.post(pipeline, "{\"n\":\(number)}") }
            try await eventually("the sink shows why") {
                let row = try await harness.store.resources.fetch(Resources.pipelineSinks, id: sink, in: .system)
                return row?.string("status") == "failing" && row?.string("error_message") == "connection refused"
            }
            #expect(probe.records.isEmpty)
            let attempts = probe.attempts
            try await eventually("it is tried again") { probe.attempts > attempts }
            probe.set(.up)
            try await eventually("the sink has all") { probe.records.count >= 30 }
            #expect(probe.records == numbers(1...30))
            #expect(Set(probe.ids).count == probe.ids.count, "each delivery has an id of its own")
            try await eventually("the sink is well again") {
                let row = try await harness.store.resources.fetch(Resources.pipelineSinks, id: sink, in: .system)
                return row?.string("status") == "active" && row?["error_message"] == .null
            }
            try await eventually("nothing is pending") {
                try await harness.store.deliveries.backlog(of: pipeline).allSatisfy { $0.pending == 0 }
            }
        }
    }

    @Test func aStalledSinkHoldsUpNobodyElse() async throws {
        let (slow, quick) = (SinkProbe(), SinkProbe())
        slow.set(.stalled)
        try await EngineHarness.run(sinks: [slow.kind("slow"), quick.kind("quick")]) { harness in
            let pipeline = try await harness.pipeline()
            try await harness.save(Resources.pipelineSinks, Rows.sink(of: pipeline, type: "slow"))
            try await harness.save(Resources.pipelineSinks, Rows.sink(of: pipeline, type: "quick"))
            for number in 1...20 { _ = try await harness.post(pipeline, "{\"n\":\(number)}") }
            try await eventually("the neighbour has all") { quick.records == numbers(1...20) }
            try await eventually("the slow one was asked") { slow.attempts > 0 }
            #expect(slow.records.isEmpty)
            slow.set(.up)
            try await eventually("then the slow one has all, too") { slow.records == numbers(1...20) }
        }
    }

    @Test func aRefusedDeliveryIsADeadLetterAndTheNextGoesOn() async throws {
        let probe = SinkProbe()
        probe.set(.down(DashError(.invalid, "the receiver answered 404")))
        try await EngineHarness.run(sinks: [probe.kind("probe")]) { harness in
            let pipeline = try await harness.pipeline()
            let sink = try await harness.save(Resources.pipelineSinks, Rows.sink(of: pipeline, type: "probe"))
            _ = try await harness.post(pipeline, #"{"n":1}"#)
            try await eventually("it is dead") {
                try await harness.store.deliveries.backlog(of: pipeline).contains { $0.dead == 1 && $0.pending == 0 }
            }
            probe.set(.up)
            _ = try await harness.post(pipeline, #"{"n":2}"#)
            try await eventually("the next arrives") { probe.records == [#"{"n":2}"#] }
            #expect(try await harness.store.deliveries.redrive(.sink(sink), now: SystemClock().now) == 1)
            try await eventually("the dead one is sent again") { Set(probe.records) == Set(numbers(1...2)) }
        }
    }

    @Test func deliveriesLeftByAStoppedNodeGoOutLater() async throws {
        try await EngineHarness.withStore { store, team in
            let probe = SinkProbe()
            probe.set(.down(DashError(.unavailable, "down")))
            let first = EngineHarness(store, team, sinks: [probe.kind("probe")])
            let pipeline = try await first.pipeline()
            try await first.save(Resources.pipelineSinks, Rows.sink(of: pipeline, type: "probe"))
            try await first.running { harness in
                for number in 1...5 { _ = try await harness.post(pipeline, "{\"n\":\(number)}") }
            }
            probe.set(.up)
            try await EngineHarness(store, team, sinks: [probe.kind("probe")]).running { _ in
                try await eventually("all arrive") { probe.records == numbers(1...5) }
            }
        }
    }

    @Test func theNextPipelineGetsEachRecordOnce() async throws {
        try await EngineHarness.run { harness in
            let upstream = try await harness.pipeline()
            let config: JSONValue = ["pipeline_id": .string(upstream.text)]
            let middle = try await harness.pipeline(type: "p2p", source: "pipeline", config: config)
            let last = try await harness.pipeline(
                type: "p2p",
                source: "pipeline",
                config: ["pipeline_id": .string(middle.text)]
            )
            try await harness.save(
                Resources.dataMappings,
                Rows.mapping(of: middle, ["mappings": [["target": "twice", "source": "$.n"]]])
            )
            try await withThrowingTaskGroup(of: Void.self) { group in
                for poster in 0..<8 {
                    group.addTask {
                        for number in 0..<10 { _ = try await harness.post(upstream, "{\"n\":\(poster * 10 + number)}") }
                    }
                }
                try await group.waitForAll()
            }
            try await eventually("all are through") { try await harness.stored(last).count == 80 }
            let source = try await harness.stored(upstream)
            #expect(try await harness.stored(middle) == source.map { $0.replacing("\"n\"", with: "\"twice\"") })
            #expect(try await harness.stored(last) == (try await harness.stored(middle)))
            for pipeline in [upstream, middle, last] { try await harness.expectBalance(pipeline) }
            #expect(try await harness.rows(Resources.runs, of: last).allSatisfy { $0.string("trigger") == "upstream" })
        }
    }

    @Test func aPausedPipelineGetsItsRecordsWhenItIsResumed() async throws {
        try await EngineHarness.run { harness in
            let upstream = try await harness.pipeline()
            let next = try await harness.pipeline(
                type: "p2p",
                source: "pipeline",
                config: ["pipeline_id": .string(upstream.text)]
            )
            try await harness.pause(next)
            for number in 1...5 { _ = try await harness.post(upstream, "{\"n\":\(number)}") }
            #expect(try await harness.stored(next).isEmpty)
            try await harness.resume(next)
            try await eventually("they come") { try await harness.stored(next) == numbers(1...5) }
        }
    }
}

import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import TestSupport
import Testing

@testable import DashPipeline

/// What a lane does beyond sending one delivery after the other.
@Suite struct LaneTests {
    private func numbers(_ range: ClosedRange<Int>) -> [String] { range.map { "{\"n\":\($0)}" } }

    @Test func neighboursGoOutTogetherAndInOrder() async throws {
        let probe = SinkProbe()
        let kind = probe.kind("probe", batching: SinkBatching(records: 10, wait: .seconds(3_600)))
        try await EngineHarness.run(sinks: [kind]) { harness in
            let pipeline = try await harness.pipeline()
            try await harness.save(Resources.pipelineSinks, Rows.sink(of: pipeline, type: "probe"))
            for number in 1...9 { _ = try await harness.post(pipeline, "{\"n\":\(number)}") }
            #expect(probe.records.isEmpty, "they wait for a tenth")
            for number in 10...25 { _ = try await harness.post(pipeline, "{\"n\":\(number)}") }
            try await eventually("two batches are sent") { probe.records.count == 20 }
            #expect(probe.records == numbers(1...20))
            #expect(probe.batches == [10, 10])
        }
        #expect(probe.isClosed, "its connection ends with the server")
    }

    @Test func aBatchDoesNotWaitLongerThanItMay() async throws {
        let probe = SinkProbe()
        let kind = probe.kind("probe", batching: SinkBatching(records: 1_000))
        try await EngineHarness.run(sinks: [kind]) { harness in
            let pipeline = try await harness.pipeline()
            let config: JSONValue = ["lane": ["batch_seconds": 2]]
            let sink = try await harness.save(
                Resources.pipelineSinks,
                Rows.sink(of: pipeline, type: "probe", config: config)
            )
            // The wait begins when all three are there, however long it takes to post them.
            let paused = ResourceRow(id: sink, values: ["status": "paused"])
            try await harness.save(Resources.pipelineSinks, paused, isNew: false)
            for number in 1...3 { _ = try await harness.post(pipeline, "{\"n\":\(number)}") }
            let active = ResourceRow(id: sink, values: ["status": "active"])
            try await harness.save(Resources.pipelineSinks, active, isNew: false)
            try await eventually("they are sent") { probe.records == numbers(1...3) }
            #expect(probe.batches == [3])
        }
    }

    @Test func onlyWhatIsRefusedOfABatchIsDead() async throws {
        let probe = SinkProbe()
        let kind = probe.kind("probe", batching: SinkBatching(records: 1_000, wait: .zero))
        try await EngineHarness.run(sinks: [kind]) { harness in
            let pipeline = try await harness.pipeline()
            let sink = try await harness.save(Resources.pipelineSinks, Rows.sink(of: pipeline, type: "probe"))
            probe.refuse(containing: "\"n\":3}")
            probe.set(.down(DashError(.unavailable, "not yet")))
            for number in 1...5 { _ = try await harness.post(pipeline, "{\"n\":\(number)}") }
            probe.set(.up)
            try await eventually("the others arrive") {
                Set(probe.records).isSuperset(of: ["1", "2", "4", "5"].map { "{\"n\":\($0)}" })
            }
            try await eventually("one is dead") {
                try await harness.store.deliveries.backlog(of: pipeline).contains { $0.dead == 1 && $0.pending == 0 }
            }
            probe.refuse(containing: nil)
            #expect(try await harness.store.deliveries.redrive(.sink(sink), now: SystemClock().now) == 1)
            try await eventually("then it arrives") { probe.records.contains("{\"n\":3}") }
        }
    }

    @Test func aTargetThatRefusesEverythingUsesUpNoMore() async throws {
        let probe = SinkProbe()
        probe.set(.down(DashError(.invalid, "the receiver answered 404")))
        try await EngineHarness.run(sinks: [probe.kind("probe")]) { harness in
            let pipeline = try await harness.pipeline()
            try await harness.save(Resources.pipelineSinks, Rows.sink(of: pipeline, type: "probe"))
            for number in 1...12 { _ = try await harness.post(pipeline, "{\"n\":\(number)}") }
            try await eventually("the lane waits") { probe.attempts > LaneBreakers.threshold + 3 }
            let lane = try await harness.store.deliveries.backlog(of: pipeline).first
            #expect(lane?.dead == LaneBreakers.threshold)
            #expect((lane?.pending ?? 0) > 0)
            probe.set(.up)
            try await eventually("the rest arrives") {
                try await harness.store.deliveries.backlog(of: pipeline).allSatisfy { $0.pending == 0 }
            }
        }
    }

    @Test func aFullLaneStopsItsPipelineAndNoOther() async throws {
        let (down, up) = (SinkProbe(), SinkProbe())
        down.set(.down(DashError(.unavailable, "down")))
        try await EngineHarness.run(sinks: [down.kind("down"), up.kind("up")]) { harness in
            let pipeline = try await harness.pipeline()
            let other = try await harness.pipeline()
            let config: JSONValue = ["lane": ["storage_limit_mb": 1]]
            try await harness.save(Resources.pipelineSinks, Rows.sink(of: pipeline, type: "down", config: config))
            try await harness.save(Resources.pipelineSinks, Rows.sink(of: other, type: "up", config: config))
            let body = "{\"text\":\"\(String(repeating: "x", count: 1 << 20))\"}"
            _ = try await harness.post(pipeline, body)
            var refusal: DashError?
            try await eventually("the pipeline takes nothing more") {
                do {
                    _ = try await harness.post(pipeline, "{}")
                    return false
                } catch let error as DashError {
                    refusal = error
                    return true
                }
            }
            #expect(refusal?.code == .unavailable)
            #expect(refusal?.retryAfter != nil)
            _ = try await harness.post(other, body)
            down.set(.up)
            try await eventually("it goes on when the sink has caught up") {
                do {
                    _ = try await harness.post(pipeline, "{}")
                    return true
                } catch is DashError {
                    return false
                }
            }
        }
    }

    @Test func aDeliveryAtWhoseStartsTheProcessEndedIsADeadLetterThatCanBeSentAgain() async throws {
        let probe = SinkProbe()
        try await EngineHarness.run(sinks: [probe.kind("probe")]) { harness in
            let pipeline = try await harness.pipeline()
            let sink = try await harness.save(Resources.pipelineSinks, Rows.sink(of: pipeline, type: "probe"))
            let paused = ResourceRow(id: sink, values: ["status": "paused"])
            try await harness.save(Resources.pipelineSinks, paused, isNew: false)
            for number in 1...2 { _ = try await harness.post(pipeline, "{\"n\":\(number)}") }
            let now = SystemClock().now
            let waiting = try await harness.store.nextDeliveries(of: .sink(sink), limit: 10, now: now)
            for _ in 0..<LostStarts.limit {
                try await harness.store.deliveries.noteStart(of: [try #require(waiting.first).id])
            }
            let active = ResourceRow(id: sink, values: ["status": "active"])
            try await harness.save(Resources.pipelineSinks, active, isNew: false)
            try await eventually("the other one arrives") { probe.records == ["{\"n\":2}"] }
            let lane = try await harness.store.deliveries.backlog(of: pipeline).first
            #expect(lane?.dead == 1 && lane?.lastError == LostStarts.reason("this delivery was on its way"))
            #expect(try await harness.store.deliveries.redrive(.sink(sink), now: SystemClock().now) == 1)
            try await eventually("then it arrives") { probe.records == ["{\"n\":2}", "{\"n\":1}"] }
        }
    }
}

import DashJSON
import DashModel
import DashSQLite
import DashStorage
import FoundationEssentials
import TestSupport
import Testing

@testable import DashPipeline

@Suite struct PollTests {
    private static let polling: [String: JSONValue] = ["interval_seconds": 1]

    @Test func aNewPipelineIsPolledAtOnceAndThenOnItsBeat() async throws {
        let source = SourceProbe { request, count in
            FetchedBody(bytes: Array("[{\"n\":\(count)}]".utf8), cursor: ["seen": .number(JSONNumber(count))])
        }
        try await EngineHarness.run(sources: [source.kind()]) { harness in
            let pipeline = try await harness.pipeline(type: "polling", source: "probe", Self.polling)
            try await eventually("the first poll") { try await harness.stored(pipeline).count >= 1 }
            try await eventually("the third poll") { try await harness.stored(pipeline).count >= 3 }
            #expect(Array(try await harness.stored(pipeline).prefix(3)) == (1...3).map { "{\"n\":\($0)}" })
            #expect(source.requests.prefix(3).map { $0.cursor?["seen"]?.intValue } == [nil, 1, 2])
            let gaps = zip(source.requests.dropFirst(), source.requests).map { $0.dueAt - $1.dueAt }
            // A busy machine may run late and pass a beat over, but never leaves the beat.
            #expect(gaps.allSatisfy { $0 >= .seconds(1) && $0.microseconds % 1_000_000 == 0 })
            let due = try await harness.store.dueTimes.newest(of: pipeline, limit: 1_000)
            #expect(due.count { $0.state == .ran } >= 3)
            let runs = try await harness.rows(Resources.runs, of: pipeline)
            #expect(runs.count >= 3)
            #expect(runs.allSatisfy { $0.string("status") == "completed" && $0["timings"]["source"] != nil })
            try await harness.expectBalance(pipeline)
            let next = try #require(try await harness.row(pipeline).timestamp("next_run_at"))
            #expect(next > (due.first?.dueAt ?? next) - PollPlan.showing - .seconds(2))
        }
    }

    @Test func aSourceThatHasMoreIsPolledOnAtOnce() async throws {
        let source = SourceProbe { _, count in
            FetchedBody(
                bytes: Array("[{\"n\":\(count)}]".utf8),
                cursor: ["seen": .number(JSONNumber(count))],
                hasMore: count < 20
            )
        }
        try await EngineHarness.run(sources: [source.kind()]) { harness in
            let hourly: [String: JSONValue] = ["interval_seconds": 3_600]
            let pipeline = try await harness.pipeline(type: "polling", source: "probe", hourly)
            try await eventually("all is read") { try await harness.stored(pipeline).count == 20 }
            #expect(try await harness.stored(pipeline) == (1...20).map { "{\"n\":\($0)}" })
            #expect(source.requests.map { $0.cursor?["seen"]?.intValue ?? 0 } == Array(0..<20))
            try await eventually("the last run is told") {
                try await harness.rows(Resources.runs, of: pipeline).count == 20
            }
            let triggers = try await harness.rows(Resources.runs, of: pipeline).compactMap { $0.string("trigger") }
            #expect(triggers.count { $0 == "schedule" } == 1 && triggers.count { $0 == "continuation" } == 19)
            let due = try await harness.store.dueTimes.newest(of: pipeline, limit: 10)
            #expect(due.map(\.state) == [.ran])
            try await harness.expectBalance(pipeline)
        }
    }

    @Test func dueTimesThatComeWhileASourceHasMoreGetTheirReason() async throws {
        let source = SourceProbe { _, count in
            FetchedBody(bytes: Array("[{\"n\":\(count)}]".utf8), hasMore: true)
        }
        try await EngineHarness.run(sources: [source.kind()]) { harness in
            let pipeline = try await harness.pipeline(type: "polling", source: "probe", Self.polling)
            func due() async throws -> [DueTime] { try await harness.store.dueTimes.newest(of: pipeline, limit: 100) }
            try await eventually("some due times have passed, and far more runs") {
                try await due().count >= 4 && source.requests.count > 20
            }
            try await harness.save(
                Resources.pipelines,
                ResourceRow(id: pipeline, values: ["status": "paused"]),
                isNew: false
            )
            try await eventually("it is planned no more") { harness.engine.scheduler.count == 0 }
            try await eventually("each due time has ended") {
                try await due().allSatisfy { $0.state != .due }
            }
            try await harness.expectBalance(pipeline)
        }
    }

    @Test func aWorkerThatLostItsLeaseCommitsNothing() async throws {
        let source = SourceProbe(body: #"[{"n":1}]"#)
        try await EngineHarness.run(sources: [source.kind()]) { harness in
            let id = try await harness.pipeline(type: "polling", source: "probe", ["cron": "0 0 1 1 *"])
            let pipeline = try #require(try await harness.engine.catalog.pipeline(id))
            // A queue that no runner of this engine reads: the test is the worker.
            let job = NewJob(queue: "test", kind: "pipeline.poll", team: harness.team)
            try await harness.store.jobs.enqueue([job], now: SystemClock().now)
            func claim() async throws -> JobLease {
                let now = SystemClock().now
                let claimed = try await harness.store.jobs.claim(queue: "test", limit: 1, now: now, leaseEnds: now)
                return try #require(claimed.first).lease
            }
            func run(_ lease: JobLease) async throws -> CommitOutcome {
                let request = FetchRequest(team: harness.team, pipeline: id, dueAt: .epoch, cursor: nil)
                var journey = Journey(
                    pipeline: pipeline,
                    trigger: .manual,
                    origin: .fetch(source, request),
                    startedAt: SystemClock().now
                )
                journey.run = .single(id: .v7(), dueAt: nil)
                journey.settles.job = lease
                return try await harness.engine.runner.run(journey).outcome
            }
            let lost = try await claim()
            _ = try await harness.store.jobs.rescue(now: SystemClock().now)
            let held = try await claim()
            #expect(try await run(lost) == .fenced)
            guard case .saved = try await run(held) else {
                Issue.record("the holder of the lease must be able to commit")
                return
            }
            #expect(try await run(held) == .fenced, "once only")
            #expect(try await harness.stored(id).count == 1)
            try await harness.expectBalance(id)
        }
    }

    @Test func repeatedFailuresShowAsErrorAndHealThemselves() async throws {
        let isWell = AsyncGate()
        let source = SourceProbe { _, count in
            guard count > 3 else { throw DashError(.unavailable, "the source answered 503") }
            // What three failures come to is looked at before the fourth run ends.
            await isWell.wait()
            return FetchedBody(bytes: Array("[{\"n\":1}]".utf8))
        }
        try await EngineHarness.run(sources: [source.kind()]) { harness in
            let pipeline = try await harness.pipeline(type: "polling", source: "probe", Self.polling)
            try await eventually("it is in error") { try await harness.row(pipeline).string("status") == "error" }
            let row = try await harness.row(pipeline)
            #expect(row.string("error_message") == "the source answered 503")
            #expect(row.int("failure_count") == 3)
            let runs = try await harness.rows(Resources.runs, of: pipeline)
            #expect(runs.count == 3)
            #expect(runs.allSatisfy { $0.string("status") == "failed" && $0.string("error_message") != nil })
            isWell.open()
            try await eventually("it is active again") {
                let row = try await harness.row(pipeline)
                return row.string("status") == "active" && row["error_message"] == .null
                    && row.int("failure_count") == 0
            }
            let due = try await harness.store.dueTimes.newest(of: pipeline, limit: 1_000)
            #expect(due.contains { $0.state == .failed(reason: "the source answered 503") })
        }
    }

    @Test func aRefusalPausesThePipelineAtOnceAndSaysSo() async throws {
        let source = SourceProbe { _, _ in throw DashError(.unauthenticated, "the source answered 401") }
        try await EngineHarness.run(sources: [source.kind()]) { harness in
            let pipeline = try await harness.pipeline(type: "polling", source: "probe", Self.polling)
            try await eventually("it is paused") { try await harness.row(pipeline).string("status") == "paused" }
            #expect(source.requests.count == 1)
            let row = try await harness.row(pipeline)
            #expect(
                row.string("error_message")
                    == "the source answered 401 The pipeline is paused; resume it when this is put right."
            )
            #expect(row["next_run_at"] == .null)
            source.answer { _, _ in FetchedBody(bytes: Array("[{\"n\":1}]".utf8)) }
            try await harness.resume(pipeline)
            try await eventually("it does not rest any longer") {
                try await harness.stored(pipeline).count >= 1
            }
        }
    }

    @Test func aRunLongerThanItsIntervalIsNotDoubled() async throws {
        let source = SourceProbe(body: "[]")
        let gate = SinkProbe()
        gate.set(.stalled)
        source.answer { request, _ in
            let delivery = Delivery(
                id: .v7(),
                team: request.team,
                pipeline: request.pipeline,
                lane: .sink(.v7()),
                receivedAt: .epoch,
                firstID: 0,
                lastID: 0,
                attempts: 0,
                records: RecordBytes()
            )
            try await gate.send(delivery)
            return FetchedBody(bytes: Array("[{\"n\":1}]".utf8))
        }
        try await EngineHarness.run(sources: [source.kind()]) { harness in
            let pipeline = try await harness.pipeline(type: "polling", source: "probe", Self.polling)
            try await eventually("a due time is coalesced") {
                try await harness.store.dueTimes.newest(of: pipeline, limit: 20)
                    .contains { $0.state == .coalesced(reason: "run longer than interval") }
            }
            #expect(source.requests.count == 1)
            gate.set(.up)
            try await eventually("the run ends") { try await harness.stored(pipeline).count >= 1 }
        }
    }

    @Test func twoNodesNeverRunOneDueTimeTwice() async throws {
        let source = SourceProbe { request, _ in
            FetchedBody(bytes: Array("[{\"due\":\"\(request.pipeline.text) \(request.dueAt.text)\"}]".utf8))
        }
        try await EngineHarness.withStore { store, team in
            let nodes = [
                EngineHarness(store, team, sources: [source.kind()]),
                EngineHarness(store, team, sources: [source.kind()]),
            ]
            var pipelines: [UUID] = []
            for _ in 0..<10 {
                pipelines.append(try await nodes[0].pipeline(type: "polling", source: "probe", Self.polling))
            }
            try await nodes[0].running { _ in
                try await nodes[1].running { _ in
                    try await eventually("every pipeline ran several times") {
                        for pipeline in pipelines where try await nodes[0].stored(pipeline).count < 3 { return false }
                        return true
                    }
                }
            }
            for pipeline in pipelines {
                let stored = try await nodes[0].stored(pipeline)
                #expect(Set(stored).count == stored.count, "no due time was stored twice")
            }
        }
    }

    @Test func dueTimesOfAKilledNodeGetTheirReason() async throws {
        let source = SourceProbe(body: "[]")
        try await EngineHarness.run(sources: [source.kind()]) { harness in
            let now = SystemClock().now
            var pipelines: [UUID] = []
            for policy in ["latest", "all"] {
                let settings: [String: JSONValue] = ["cron": "0 0 1 1 *", "misfire_policy": .string(policy)]
                pipelines.append(try await harness.pipeline(type: "polling", source: "probe", settings))
            }
            try await eventually("both are planned") { harness.engine.scheduler.count == 2 }
            // What a node leaves that saved its run and did not come to settle what was due meanwhile.
            let due = pipelines.flatMap { id in
                [120, 0].map { DueTime(pipeline: id, dueAt: now - .seconds($0)) }
            }
            #expect(try await harness.store.dueTimes.record(due, now: now).count == 4)
            try await harness.engine.scheduler.settleAbandoned(before: now - .seconds(60))
            let states = { try await harness.store.dueTimes.newest(of: $0, limit: 10).map(\.state) }
            #expect(try await states(pipelines[0]) == [.due, .skipped(reason: "missed while no node could run it")])
            #expect(try await states(pipelines[1]) == [.due, .due])
        }
    }

    @Test func aRunCanBeAskedFor() async throws {
        let source = SourceProbe(body: #"{"n":1}"#)
        try await EngineHarness.run(sources: [source.kind()]) { harness in
            let pipeline = try await harness.pipeline(type: "polling", source: "probe", ["cron": "0 0 1 1 *"])
            _ = try await harness.engine.runNow(pipeline, in: harness.team)
            try await eventually("it ran") { try await harness.stored(pipeline).count == 1 }
            let runs = try await harness.rows(Resources.runs, of: pipeline)
            #expect(runs.map { $0.string("trigger") } == ["manual"])
            let realtime = try await harness.pipeline()
            await #expect(throws: DashError.self) { try await harness.engine.runNow(realtime, in: harness.team) }
            await #expect(throws: DashError.self) { try await harness.engine.runNow(pipeline, in: .v7()) }
        }
    }

    @Test func aPausedPipelineIsNotPolledUntilItIsResumed() async throws {
        let source = SourceProbe(body: #"{"n":1}"#)
        try await EngineHarness.run(sources: [source.kind()]) { harness in
            let pipeline = try await harness.pipeline(type: "polling", source: "probe", Self.polling)
            try await eventually("it is polled") { source.requests.count >= 1 }
            try await harness.pause(pipeline)
            try await eventually("it is planned no more") { harness.engine.scheduler.count == 0 }
            try await harness.resume(pipeline)
            let count = source.requests.count
            try await eventually("it is polled again") { source.requests.count > count + 1 }
        }
    }

    @Test func previewShowsWhatAMappingMakesOfTheSource() async throws {
        let source = SourceProbe(body: #"{"items":[{"t":"20"},{"t":"x"}]}"#)
        try await EngineHarness.run(sources: [source.kind()]) { harness in
            let pipeline = try await harness.pipeline(
                type: "polling",
                source: "probe",
                config: ["records": "$.items[*]"],
                ["cron": "0 0 1 1 *"]
            )
            let mapping: JSONValue = ["mappings": [["target": "temp", "source": "$.t", "type": "number"]]]
            let preview = try await harness.engine.preview(
                pipeline,
                in: harness.team,
                mapping: mapping,
                sample: nil,
                from: .source
            )
            #expect(preview.input.count == 2)
            #expect(preview.output.count == 1)
            #expect(String(decoding: preview.output.bytes, as: UTF8.self) == #"{"temp":20}"#)
            #expect(preview.quarantined.count == 1)
            #expect(preview.schema["properties"]?["t"] != nil)
            let given = try await harness.engine.preview(
                pipeline,
                in: harness.team,
                mapping: nil,
                sample: Array(#"{"items":[{"t":1}]}"#.utf8),
                from: .source
            )
            #expect(String(decoding: given.output.bytes, as: UTF8.self) == #"{"t":1}"#)
            await #expect(throws: DashError.self) {
                try await harness.engine.preview(
                    pipeline,
                    in: harness.team,
                    mapping: ["mappings": [["target": "a", "source": "$["]]],
                    sample: nil,
                    from: .source
                )
            }
            #expect(try await harness.stored(pipeline).isEmpty)
        }
    }

    @Test func everythingWrongWithARowIsFoundBeforeItIsSaved() async throws {
        let source = SourceProbe(body: "[]")
        try await EngineHarness.run(sources: [source.kind()]) { harness in
            let (engine, team) = (harness.engine, harness.team)
            func pointers(_ resource: Resource, _ row: ResourceRow) async throws -> [String] {
                try await engine.verify(resource, row, in: team).map(\.pointer)
            }
            #expect(
                try await pointers(
                    Resources.pipelines,
                    Rows.pipeline(
                        team: team,
                        type: "polling",
                        source: "probe",
                        config: ["x": 1],
                        ["cron": "* * * * 9", "timezone": "UTC"]
                    )
                )
                    == ["/cron", "/source_config/x"]
            )
            #expect(
                try await pointers(Resources.pipelines, Rows.pipeline(team: team, type: "realtime", source: "probe"))
                    == ["/source_type"]
            )
            #expect(
                try await pointers(Resources.pipelines, Rows.pipeline(team: team, type: "polling", source: "nothing"))
                    == ["/interval_seconds", "/source_type"]
            )
            let first = try await harness.pipeline()
            let second = try await harness.pipeline(
                type: "p2p",
                source: "pipeline",
                config: ["pipeline_id": .string(first.text)]
            )
            let third = try await harness.pipeline(
                type: "p2p",
                source: "pipeline",
                config: ["pipeline_id": .string(second.text)]
            )
            func p2p(_ id: UUID, reading upstream: UUID) -> ResourceRow {
                Rows.pipeline(
                    id,
                    team: team,
                    type: "p2p",
                    source: "pipeline",
                    config: ["pipeline_id": .string(upstream.text)]
                )
            }
            let pointer = ["/source_config/pipeline_id"]
            #expect(try await pointers(Resources.pipelines, p2p(second, reading: third)) == pointer)
            #expect(try await pointers(Resources.pipelines, p2p(second, reading: second)) == pointer)
            #expect(try await pointers(Resources.pipelines, p2p(second, reading: .v7())) == pointer)
            #expect(try await pointers(Resources.pipelines, p2p(.v7(), reading: first)).isEmpty, "fan-out")
            let mapping = Rows.mapping(
                of: first,
                [
                    "mappings": [["target": "a", "source": "$["], ["source": "$.b"]],
                    "rules": [["kind": "wish", "field": "a"]],
                ]
            )
            #expect(try await pointers(Resources.dataMappings, mapping).count == 3)
        }
    }
}

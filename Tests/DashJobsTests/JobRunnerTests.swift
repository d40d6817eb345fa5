import DashJSON
import DashJobs
import DashModel
import DashStorage
import FoundationEssentials
import Synchronization
import TestSupport
import Testing

@Suite struct JobRunnerTests {
    @Test func jobsRunOnceAndAreCompleted() async throws {
        try await JobHarness.run { harness in
            let recorder = Recorder()
            try await harness.running([harness.runner([recorder])]) {
                var ids: [UUID] = []
                for number in 0..<20 {
                    ids += try await harness.enqueue(
                        NewJob(kind: "record", parameters: ["n": .number(JSONNumber(number))])
                    )
                }
                try await eventually("all are completed") {
                    for id in ids where try await harness.state(id) != "completed" { return false }
                    return true
                }
            }
            #expect(Set(recorder.parameters.compactMap { $0["n"]?.intValue }) == Set(0..<20))
            #expect(recorder.parameters.count == 20)
        }
    }

    @Test func failuresAreTriedAgainUntilTheAttemptsAreUsedUp() async throws {
        try await JobHarness.run { harness in
            let failing = Recorder("fail") { _, _ in throw DashError(.unavailable, "not now") }
            let flaky = Recorder("flaky") { _, context in
                if context.attempt < 3 { throw DashError(.unavailable, "not yet") }
                return .completed
            }
            try await harness.running([harness.runner([failing, flaky])]) {
                let first = try await harness.enqueue(NewJob(kind: "fail", maxAttempts: 3))
                let second = try await harness.enqueue(NewJob(kind: "flaky"))
                try await eventually("one is given up, the other done") {
                    let states = (try await harness.state(first[0]), try await harness.state(second[0]))
                    return states.0 == "discarded" && states.1 == "completed"
                }
                let row = try await harness.store.resources.fetch(Resources.jobs, id: first[0], in: .system)
                #expect(row?.string("error_message") == "not now")
            }
            #expect(failing.attempts == [1, 2, 3])
            #expect(flaky.attempts == [1, 2, 3])
        }
    }

    @Test func concurrencyIsBounded() async throws {
        try await JobHarness.run { harness in
            let running = Mutex((now: 0, most: 0, ended: 0))
            let gate = WakeSignal()
            let recorder = Recorder { _, _ in
                running.withLock {
                    $0.now += 1
                    $0.most = max($0.most, $0.now)
                }
                await gate.wait()
                running.withLock {
                    $0.now -= 1
                    $0.ended += 1
                }
                return .completed
            }
            try await harness.running([harness.runner([recorder], concurrency: 3)]) {
                for _ in 0..<12 { try await harness.enqueue(NewJob(kind: "record")) }
                try await eventually("three run at once") { running.withLock(\.now) == 3 }
                try await eventually("all ran") {
                    gate.wake()
                    return running.withLock(\.ended) == 12
                }
            }
            #expect(running.withLock(\.most) == 3)
        }
    }

    @Test("heartbeats keep a job for many leases, and a standstill shorter than the lease loses none")
    func heartbeatsKeepLongJobsAlive() async throws {
        try await JobHarness.run { harness in
            let (clock, beats, enough) = (TurnedWallClock(), TurnedClock(), WakeSignal())
            let recorder = Recorder { _, _ in
                await enough.wait()
                return .completed
            }
            let timing = JobRunner.Timing(poll: .milliseconds(30))
            let maintenance = JobMaintenance(
                store: harness.store.jobs,
                signals: harness.signals,
                clock: clock,
                logger: JobHarness.silent
            )
            try await harness.running([harness.runner([recorder], timing: timing, clock: clock, beats: beats)]) {
                let id = try await harness.enqueue(NewJob(kind: "record", scheduledAt: clock.now))[0]
                try await eventually("it runs") { recorder.attempts == [1] }
                let standstill = timing.lease - timing.heartbeat - .milliseconds(1)
                for pause in Array(repeating: timing.heartbeat, count: 9) + [standstill, standstill] {
                    clock.advance(pause)
                    try await maintenance.rescue()
                    let ends = clock.now + timing.lease
                    try await eventually("its lease is renewed") {
                        beats.advance(timing.heartbeat)
                        return try await harness.leaseEnd(id).map { $0 >= ends } == true
                    }
                }
                enough.wake()
                try await eventually("it is completed") { try await harness.state(id) == "completed" }
            }
            #expect(recorder.attempts == [1], "many leases long, but run once")
        }
    }

    @Test func aStandstillLongerThanTheLeaseRunsTheJobAgainAndSettlesItOnce() async throws {
        try await JobHarness.run { harness in
            let (clock, beats) = (TurnedWallClock(), TurnedClock())
            let isCancelled = Mutex(false)
            let recorder = Recorder { _, context in
                guard context.attempt == 1 else { return .completed }
                await WakeSignal().wait()
                isCancelled.withLock { $0 = true }
                return .completed
            }
            let timing = JobRunner.Timing(poll: .milliseconds(30))
            let maintenance = JobMaintenance(
                store: harness.store.jobs,
                signals: harness.signals,
                clock: clock,
                logger: JobHarness.silent
            )
            try await harness.running([harness.runner([recorder], timing: timing, clock: clock, beats: beats)]) {
                let id = try await harness.enqueue(NewJob(kind: "record", scheduledAt: clock.now))[0]
                try await eventually("it runs") { recorder.attempts == [1] }
                clock.advance(timing.lease + .milliseconds(1))
                try await maintenance.rescue()
                try await eventually("it ran again") { try await harness.state(id) == "completed" }
                try await eventually("the first run is stopped") {
                    beats.advance(timing.heartbeat)
                    return isCancelled.withLock { $0 }
                }
            }
            #expect(recorder.attempts == [1, 2])
        }
    }

    @Test func aKilledNodesJobRunsAgainAndOnlyTheNewLeaseSettles() async throws {
        try await JobHarness.run { harness in
            let id = try await harness.enqueue(NewJob(kind: "record"))[0]
            let now = SystemClock().now
            // A node claims the job and is never heard of again.
            let dead = try await harness.store.jobs.claim(
                queue: "default",
                limit: 1,
                now: now,
                leaseEnds: now + .milliseconds(100)
            )
            #expect(dead.count == 1)
            let recorder = Recorder()
            let maintenance = JobMaintenance(
                store: harness.store.jobs,
                signals: harness.signals,
                interval: .milliseconds(50),
                logger: JobHarness.silent
            )
            try await harness.running([maintenance, harness.runner([recorder])]) {
                try await eventually("it ran again") { try await harness.state(id) == "completed" }
            }
            #expect(recorder.attempts == [2])
            #expect(try await !harness.store.jobs.settle(dead[0].lease, as: .completed, now: SystemClock().now))
        }
    }

    @Test func aLostLeaseCancelsTheHandlerAndNothingIsSettled() async throws {
        try await JobHarness.run { harness in
            let cancelled = Mutex(false)
            let recorder = Recorder { _, _ in
                await WakeSignal().wait()
                cancelled.withLock { $0 = Task.isCancelled }
                throw CancellationError()
            }
            try await harness.running([harness.runner([recorder])]) {
                let id = try await harness.enqueue(NewJob(kind: "record"))[0]
                try await eventually("it runs") { recorder.parameters.count == 1 }
                #expect(try await harness.store.jobs.cancel(id, now: SystemClock().now))
                try await eventually("its handler is cancelled") { cancelled.withLock { $0 } }
                #expect(try await harness.state(id) == "cancelled")
            }
        }
    }

    @Test func shutdownReleasesWhatDoesNotFinish() async throws {
        try await JobHarness.run { harness in
            let recorder = Recorder { _, _ in
                await WakeSignal().wait()
                throw CancellationError()
            }
            var id: UUID?
            var timing = JobHarness.quick
            timing.grace = .zero
            try await harness.running([harness.runner([recorder], timing: timing)]) {
                id = try await harness.enqueue(NewJob(kind: "record"))[0]
                try await eventually("it runs") { recorder.parameters.count == 1 }
            }
            #expect(try await harness.state(try #require(id)) == "available")
            let next = Recorder()
            try await harness.running([harness.runner([next])]) {
                try await eventually("it runs on the next node") { next.attempts == [1] }
            }
        }
    }

    @Test func twoRunnersShareAQueueWithoutDoubling() async throws {
        try await JobHarness.run { harness in
            let recorder = Recorder()
            try await harness.running([harness.runner([recorder]), harness.runner([recorder])]) {
                for number in 0..<100 {
                    try await harness.enqueue(NewJob(kind: "record", parameters: ["n": .number(JSONNumber(number))]))
                }
                try await eventually("all ran") { recorder.parameters.count >= 100 }
            }
            #expect(recorder.parameters.count == 100)
            #expect(Set(recorder.parameters.compactMap { $0["n"]?.intValue }).count == 100)
        }
    }

    @Test func uniqueKeysAndPruning() async throws {
        try await JobHarness.run { harness in
            let recorder = Recorder()
            #expect(try await harness.enqueue(NewJob(kind: "record", uniqueKey: "k")).count == 1)
            #expect(try await harness.enqueue(NewJob(kind: "record", uniqueKey: "k")).isEmpty)
            try await harness.running([harness.runner([recorder])]) {
                try await eventually("it ran") { recorder.parameters.count == 1 }
            }
            #expect(try await harness.enqueue(NewJob(kind: "record", uniqueKey: "k")).count == 1)
            let pruning = HistoryPruning(
                store: harness.store,
                timing: .init(keepJobs: .seconds(-1)),
                logger: JobHarness.silent
            )
            try await pruning.prune()
            let left = try await harness.store.resources.list(Resources.jobs, ResourceQuery(), in: .system).rows
            #expect(left.map { $0.string("state") } == ["available"])
        }
    }

    @Test func aJobAtWhoseStartsTheProcessEndedIsSetAsideWithoutAnother() async throws {
        try await JobHarness.run { harness in
            let recorder = Recorder()
            let ids = try await harness.enqueue(NewJob(kind: "record"))
            let start = SystemClock().now
            for lost in 0..<LostStarts.limit {
                let later = start + .seconds(lost * 120)
                let claimed = try await harness.store.jobs.claim(
                    queue: "default",
                    limit: 1,
                    now: later,
                    leaseEnds: later
                )
                #expect(claimed.map(\.lostStarts) == [lost])
                // The last is due at once.
                let isLast = lost == LostStarts.limit - 1
                _ = try await harness.store.jobs.rescue(now: isLast ? later + .microseconds(1) : later + .seconds(60))
            }
            try await harness.running([harness.runner([recorder], clock: AheadClock(ahead: .seconds(600)))]) {
                try await eventually("it is given up") { try await harness.state(ids[0]) == "discarded" }
            }
            #expect(recorder.parameters.isEmpty)
            #expect(recorder.farewells.count == 1)
            let row = try await harness.store.resources.fetch(Resources.jobs, id: ids[0], in: .system)
            #expect(row?.string("error_message") == LostStarts.reason("this job was running"))
        }
    }
}

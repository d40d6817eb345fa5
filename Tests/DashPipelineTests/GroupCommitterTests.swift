import DashJSON
import DashMapping
import DashModel
import DashStorage
import FoundationEssentials
import Logging
import Synchronization
import TestSupport
import Testing

@testable import DashPipeline

@Suite struct GroupCommitterTests {
    private let store = ScriptedCommitStore()
    private let team = UUID.v7()
    /// Of what waits: however long a test takes, nothing has waited for long.
    private let time = HeldInstant()

    private func committer(
        _ limits: InboxLimits = InboxLimits(),
        on other: ScriptedCommitStore? = nil,
        instant: (@Sendable () -> ContinuousClock.Instant)? = nil
    ) -> GroupCommitter {
        GroupCommitter(
            store: other ?? store,
            limits: limits,
            clock: ManualClock(),
            instant: instant ?? { [time] in time.now },
            metrics: PipelineMetrics(MetricsRegistry()),
            logger: Logger(label: "test")
        )
    }

    private func pipeline(of other: UUID? = nil) throws -> CompiledPipeline {
        try #require(CompiledPipeline(row: Rows.pipeline(team: other ?? team), mapping: nil, lanes: []))
    }

    private func part(_ pipeline: CompiledPipeline, rows: Int) -> CommitPart {
        var records = RecordBytes()
        for _ in 0..<rows { records.append(Array("{\"v\":1}".utf8)) }
        let journey = Journey(
            pipeline: pipeline,
            trigger: .webhook,
            origin: .body([], form: BodyForm()),
            startedAt: .epoch
        )
        let mapped = MappingOutput(records: records, received: rows)
        return CommitPart(journey, mapped, bytesReceived: 10, cursor: nil, steps: StepTimes())
    }

    private func part(_ pipeline: CompiledPipeline, _ text: String, key: String? = nil) -> CommitPart {
        var records = RecordBytes()
        records.append(Array("{\"v\":\"\(text)\"}".utf8))
        var journey = Journey(
            pipeline: pipeline,
            trigger: .webhook,
            origin: .body([], form: BodyForm()),
            startedAt: .epoch
        )
        if let key { journey.identity = .request(key) }
        let mapped = MappingOutput(records: records, received: 1)
        return CommitPart(journey, mapped, bytesReceived: 10, cursor: nil, steps: StepTimes())
    }

    /// Runs the committing task while `body` runs.
    private func running(
        _ committer: GroupCommitter,
        conclude: @escaping @Sendable (CommittedGroup) async -> Void = { _ in },
        _ body: () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { await committer.run(conclude: conclude) }
            try await body()
            committer.drain()
            try await group.waitForAll()
        }
    }

    @Test func partsThatGatherDuringACommitShareTheNext() async throws {
        let committer = committer()
        let pipeline = try pipeline()
        store.stall()
        try await running(committer) {
            try await withThrowingTaskGroup(of: CommitOutcome.self) { group in
                group.addTask { try await committer.submit(part(pipeline, "first")) }
                try await eventually("the first commit is in flight") { store.stalledCount == 1 }
                for index in 0..<50 { group.addTask { try await committer.submit(part(pipeline, "\(index)")) } }
                try await eventually("all others wait") { committer.depth == 50 }
                store.resume()
                var ids: Set<Int64> = []
                for try await outcome in group {
                    guard case .saved(let id) = outcome else {
                        Issue.record("not saved: \(outcome)")
                        continue
                    }
                    ids.insert(id)
                }
                #expect(ids == Set(1...51))
            }
        }
        #expect(store.groups.map { $0.map(\.batch.records.count) } == [[1], [50]], "plain parts share one commit")
        #expect(store.groups[1][0].ledger[.received] == 50)
    }

    @Test func nobodyIsLeftWaitingForOthersWhoDoNotComeBack() async throws {
        let limits = InboxLimits(busyParts: 1, slow: .zero, gather: .milliseconds(5))
        let committer = committer(limits, instant: { .now })
        let pipeline = try pipeline()
        try await running(committer) {
            for count in [5, 1, 3, 1] {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for index in 0..<count {
                        group.addTask { _ = try await committer.submit(part(pipeline, "\(index)")) }
                    }
                    try await group.waitForAll()
                }
            }
        }
        #expect(store.groups.reduce(0) { $0 + $1.reduce(0) { $0 + $1.batch.records.count } } == 10)
    }

    @Test func oneBadPartFailsAlone() async throws {
        let committer = committer()
        let pipelines = [try pipeline(), try pipeline()]
        let concluded = Mutex<[Int64]>([])
        store.stall()
        try await running(committer) { group in
            concluded.withLock { $0 += group.batches.flatMap { [$0.firstID, $0.lastID] } }
        } _: {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask { (try? await committer.submit(part(pipelines[0], "head"))) != nil }
                try await eventually("the first commit is in flight") { store.stalledCount == 1 }
                for index in 0..<21 {
                    group.addTask {
                        let text = index == 13 ? "poison" : "\(index)"
                        do {
                            _ = try await committer.submit(part(pipelines[index % 2], text))
                            #expect(index != 13)
                            return true
                        } catch {
                            #expect(index == 13)
                            #expect((error as? DashError)?.code == .unavailable)
                            return false
                        }
                    }
                }
                try await eventually("all wait") { committer.depth == 21 }
                store.resume()
                var saved = 0
                for try await isSaved in group where isSaved { saved += 1 }
                #expect(saved == 21)
            }
        }
        let records = store.groups.joined().reduce(0) { $0 + $1.batch.records.count }
        #expect(records == 21)
        let ids = concluded.withLock { $0 }
        #expect(ids == ids.sorted(), "published in commit order")
    }

    @Test func aStoreThatIsDownFailsAllAtOnce() async throws {
        let committer = committer()
        let pipeline = try pipeline()
        store.state.withLock { $0.isDown = true }
        try await running(committer) {
            await #expect(throws: DashError.self) { try await committer.submit(part(pipeline, "one")) }
        }
    }

    @Test func aFullInboxRefusesAndForgetsNothing() async throws {
        let committer = committer(InboxLimits(groupRows: 4, groupBytes: 1 << 20, queueRows: 10, queueBytes: 1 << 20))
        let pipeline = try pipeline()
        store.stall()
        try await running(committer) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await committer.submit(part(pipeline, "head")) }
                try await eventually("the first commit is in flight") { store.stalledCount == 1 }
                for index in 0..<10 { group.addTask { _ = try await committer.submit(part(pipeline, "\(index)")) } }
                try await eventually("the inbox is full") { committer.depth == 10 }
                do {
                    _ = try await committer.submit(part(pipeline, "too much"))
                    Issue.record("it was taken")
                } catch let error as DashError {
                    #expect(error.code == .rateLimited)
                    #expect(error.retryAfter != nil)
                }
                store.resume()
                try await group.waitForAll()
            }
        }
        #expect(store.groups.map { $0.reduce(0) { $0 + $1.batch.records.count } } == [1, 4, 4, 2])
    }

    @Test func aTeamsLargePostsLetTheSmallOneOfAnotherGoFirst() async throws {
        let committer = committer()
        let (busy, quiet) = (try pipeline(), try pipeline(of: .v7()))
        store.stall()
        try await running(committer) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await committer.submit(part(busy, rows: 5_000)) }
                try await eventually("the first is in flight") { store.stalledCount == 1 }
                for _ in 0..<15 { group.addTask { _ = try await committer.submit(part(busy, rows: 5_000)) } }
                try await eventually("all others wait") { committer.depth == 15 }
                for _ in 0..<3 { group.addTask { _ = try await committer.submit(part(quiet, rows: 1)) } }
                try await eventually("so do those of another team") { committer.depth == 18 }
                store.resume()
                try await group.waitForAll()
            }
        }
        let sizes = store.groups.map { $0.reduce(0) { $0 + $1.batch.records.count } }
        #expect(sizes == [5_000, 3] + Array(repeating: 5_000, count: 15), "nobody waits for two large posts")
    }

    @Test func teamsThatPostAlikeHaveAlikeManyTurns() async throws {
        let committer = committer(InboxLimits(sharedRows: 100))
        let (first, second) = (try pipeline(), try pipeline(of: .v7()))
        store.stall()
        try await running(committer) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await committer.submit(part(first, rows: 100)) }
                try await eventually("the first is in flight") { store.stalledCount == 1 }
                for _ in 0..<9 { group.addTask { _ = try await committer.submit(part(first, rows: 100)) } }
                try await eventually("nine wait") { committer.depth == 9 }
                for _ in 0..<9 { group.addTask { _ = try await committer.submit(part(second, rows: 100)) } }
                try await eventually("eighteen wait") { committer.depth == 18 }
                store.resume()
                try await group.waitForAll()
            }
        }
        let order = store.groups.map { $0[0].batch.team == first.team ? "a" : "b" }.joined()
        let early = order.dropFirst().prefix(10)
        #expect(early.count { $0 == "a" } >= 4 && early.count { $0 == "b" } >= 4, "\(order)")
    }

    @Test func aTeamThatFillsTheInboxKeepsNobodyElseOut() async throws {
        let committer = committer(InboxLimits(groupRows: 10, queueRows: 100, smallShare: 0.1))
        let (busy, quiet) = (try pipeline(), try pipeline(of: .v7()))
        store.stall()
        try await running(committer) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await committer.submit(part(busy, rows: 10)) }
                try await eventually("the first is in flight") { store.stalledCount == 1 }
                for _ in 0..<10 { group.addTask { _ = try await committer.submit(part(busy, rows: 10)) } }
                try await eventually("alone it may fill the inbox") { committer.depth == 10 }
                group.addTask { _ = try await committer.submit(part(quiet, rows: 5)) }
                try await eventually("another team still finds room") { committer.depth == 11 }
                let error = await #expect(throws: DashError.self) { try await committer.submit(part(busy, rows: 1)) }
                #expect(error?.code == .rateLimited)
                #expect(error?.message.contains("this team") == true)
                store.resume()
                try await group.waitForAll()
            }
        }
        #expect(store.groups.reduce(0) { $0 + $1.reduce(0) { $0 + $1.batch.records.count } } == 115)
    }

    @Test func drainingCommitsWhatWasTakenAndRefusesTheRest() async throws {
        let committer = committer()
        let pipeline = try pipeline()
        store.stall()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await committer.run { _ in } }
            group.addTask { _ = try await committer.submit(part(pipeline, "one")) }
            try await eventually("in flight") { store.stalledCount == 1 }
            group.addTask { _ = try await committer.submit(part(pipeline, "two")) }
            try await eventually("waiting") { committer.depth == 1 }
            committer.drain()
            await #expect(throws: DashError.self) { try await committer.submit(part(pipeline, "three")) }
            store.resume()
            try await group.waitForAll()
        }
        #expect(store.groups.count == 2)
    }

    @Test func keyedPartsKeepTheirOwnOutcome() async throws {
        let committer = committer()
        let pipeline = try pipeline()
        store.stall()
        let batches = Mutex(0)
        try await running(committer) { group in
            batches.withLock { $0 += group.batches.count }
        } _: {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await committer.submit(part(pipeline, "head")) }
                try await eventually("in flight") { store.stalledCount == 1 }
                for index in 0..<5 {
                    group.addTask { _ = try await committer.submit(part(pipeline, "\(index)", key: "k\(index)")) }
                }
                try await eventually("all wait") { committer.depth == 5 }
                store.resume()
                try await group.waitForAll()
            }
        }
        #expect(store.groups[1].count == 5)
        #expect(Set(store.groups[1].flatMap { $0.settles.requests.map(\.key) }) == ["k0", "k1", "k2", "k3", "k4"])
        #expect(batches.withLock { $0 } == 2, "neighbours are published as one batch")
    }

    @Test func aSecondTransactionRunsBesideTheFirstWhenItIsWorthIt() async throws {
        let store = ScriptedCommitStore(concurrentCommits: 2)
        let committer = committer(InboxLimits(parallelRows: 3), on: store)
        let (first, second) = (try pipeline(), try pipeline())
        store.stall()
        try await running(committer) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await committer.submit(part(first, "a")) }
                try await eventually("the first is in flight") { store.stalledCount == 1 }
                for _ in 0..<4 { group.addTask { _ = try await committer.submit(part(first, "more")) } }
                try await eventually("a pipeline that is being saved waits") { committer.depth == 4 }
                for _ in 0..<2 { group.addTask { _ = try await committer.submit(part(second, "b")) } }
                try await eventually("so do few rows of another") { committer.depth == 6 }
                #expect(store.stalledCount == 1)
                group.addTask { _ = try await committer.submit(part(second, "b")) }
                try await eventually("enough rows go at once") { store.stalledCount == 2 && committer.depth == 4 }
                store.resume()
                try await group.waitForAll()
            }
        }
        #expect(store.groups.count == 3)
        #expect(store.groups.allSatisfy { Set($0.map(\.batch.pipeline)).count == 1 })
    }

    @Test(.timeLimit(.minutes(10)))
    func whatATransactionThatStandsStillHoldsUpIsRefusedAndTheRestGoesOn() async throws {
        let store = ScriptedCommitStore(concurrentCommits: 2)
        let committer = committer(on: store)
        let (first, second) = (try pipeline(), try pipeline())
        store.stall()
        try await running(committer) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await committer.submit(part(first, "head")) }
                try await eventually("the first is in flight") { store.stalledCount == 1 }
                async let behind = #expect(throws: DashError.self) {
                    try await committer.submit(part(first, "behind"))
                }
                try await eventually("one waits behind it") { committer.depth == 1 }
                time.advance(by: InboxLimits().patience)
                let late = await behind
                let newcomer = await #expect(throws: DashError.self) {
                    try await committer.submit(part(first, "a newcomer"))
                }
                for error in [late, newcomer] {
                    #expect(error?.code == .unavailable)
                    #expect(error?.retryAfter != nil)
                }
                group.addTask { _ = try await committer.submit(part(second, "beside")) }
                try await eventually("few rows of another pipeline go at once") { store.stalledCount == 2 }
                store.resume()
                try await group.waitForAll()
                _ = try await committer.submit(part(first, "afterwards"))
            }
        }
        #expect(store.groups.map { $0.reduce(0) { $0 + $1.batch.records.count } } == [1, 1, 1])
    }
}

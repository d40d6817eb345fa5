import DashModel
import DashStorage
import FoundationEssentials
import Logging
import Testing

@testable import DashPostgres

@Suite(
    "PostgreSQL: jobs between nodes",
    .closingStores,
    .timeLimit(.minutes(10)),
    .enabled(if: TestServer.postgres != nil)
)
struct PostgresJobTests {
    private let now = HeldClock().now

    private func nodes(_ count: Int) async throws -> [PostgresEngine] {
        let server = try #require(TestServer.postgres)
        let url = try await server.emptyDatabase()
        var stores: [PostgresEngine] = []
        for _ in 0..<count { stores.append(try await server.open(url: url)) }
        try await stores[0].migrate()
        return stores
    }

    private func claim(_ engine: PostgresEngine, _ limit: Int) async throws -> [ClaimedJob] {
        try await engine.store.jobs.claim(queue: "default", limit: limit, now: now, leaseEnds: now + .seconds(30))
    }

    @Test func nodesClaimTheirOwnShareEach() async throws {
        let nodes = try await nodes(2)
        let ids = try await nodes[0].store.jobs.enqueue((0..<2_000).map { NewJob(kind: "k\($0)") }, now: now)
        #expect(ids.count == 2_000)
        let claimed = try await withThrowingTaskGroup(of: [ClaimedJob].self) { group in
            for node in nodes {
                for _ in 0..<3 {
                    group.addTask {
                        var mine: [ClaimedJob] = []
                        while true {
                            let next = try await claim(node, 37)
                            if next.isEmpty { return mine }
                            mine += next
                        }
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(claimed.count == 2_000)
        #expect(Set(claimed.map(\.lease.job)) == Set(ids))
        let settlements = claimed.map { JobSettlement($0.lease, as: .completed) }
        #expect(try await nodes[1].store.jobs.settle(settlements, now: now).count == 2_000)
        #expect(try await nodes[0].store.jobs.settle(settlements, now: now).isEmpty)
    }

    @Test func aNodeThatStopsInTheMiddleHoldsNobodyUp() async throws {
        let nodes = try await nodes(2)
        try await nodes[0].store.jobs.enqueue((0..<10).map { NewJob(kind: "k", priority: $0) }, now: now)
        try await nodes[0].database.writeConnection { connection in
            _ = try connection.fetch("SELECT id FROM jobs ORDER BY priority LIMIT 4 FOR UPDATE")
            // Another node claims while this transaction stands still.
            let others = Blocking { try await claim(nodes[1], 100) }
            #expect(try others.wait().count == 6)
        }
        #expect(try await claim(nodes[1], 100).count == 4)
    }

    @Test func allOutcomesOfABatchAreSettledAtOnce() async throws {
        let node = try await nodes(1)[0]
        try await node.store.jobs.enqueue((0..<5).map { NewJob(kind: "k", priority: $0) }, now: now)
        let jobs = try await claim(node, 5)
        #expect(jobs.count == 5)
        let later = now + .seconds(60)
        let outcomes: [JobOutcome] = [
            .completed, .retry(at: later, reason: "a"), .discarded(reason: "b"), .released, .completed,
        ]
        var settlements = zip(jobs, outcomes).map { JobSettlement($0.lease, as: $1) }
        settlements[4].lease.token = UUID()
        #expect(try await node.store.jobs.settle(settlements, now: now) == Set(jobs.prefix(4).map(\.lease)))
        var states: [String] = []
        for job in jobs {
            let row = try await node.store.resources.fetch(Resources.jobs, id: job.lease.job, in: .system)
            states.append("\(row?.string("state") ?? "") \(row?.string("error_message") ?? "")")
        }
        #expect(states == ["completed ", "retryable a", "discarded b", "available ", "executing "])
        let released = try #require(try await claim(node, 5).first)
        #expect(released.lease.job == jobs[3].lease.job && released.attempt == 1)
    }

    @Test func theTurnGoesAroundBetweenTeamsOfOnePriority() async throws {
        let clock = HeldClock()
        let node = try await nodes(1)[0]
        let teams = [
            try await Tenant(node.store, clock).team, try await Tenant(node.store, clock).team,
            try await Tenant(node.store, clock).team,
        ]
        try await node.store.jobs.enqueue((0..<9).map { NewJob(kind: "a\($0)", team: teams[0]) }, now: now)
        try await node.store.jobs.enqueue((0..<2).map { NewJob(kind: "b\($0)", team: teams[1]) }, now: now)
        try await node.store.jobs.enqueue((0..<3).map { NewJob(kind: "c\($0)", team: teams[2]) }, now: now)
        try await node.store.jobs.enqueue([NewJob(kind: "own", priority: -1)], now: now)
        let first = try await claim(node, 4)
        #expect(first.first?.kind == "own")
        #expect(Set(first.dropFirst().compactMap(\.team)) == Set(teams))
        let second = try await claim(node, 6)
        #expect(second.filter { $0.team == teams[0] }.count == 3, "b runs out, a and c go on in turn")
        #expect(try await claim(node, 100).count == 5)
    }

    @Test func insertedJobsWakeTheOtherNodes() async throws {
        let server = try #require(TestServer.postgres)
        let url = try await server.emptyDatabase()
        let node = try await server.open(url: url)
        try await node.migrate()
        let notices = PostgresNotices(url: url, logger: Logger(label: "test"))
        let queues = notices.jobQueues()
        try await withThrowingTaskGroup { group in
            group.addTask { try await notices.run() }
            var heard = queues.makeAsyncIterator()
            #expect(await heard.next() == .some(nil), "what was inserted before is looked for once")
            try await node.store.jobs.enqueue((0..<3).map { _ in NewJob(queue: "poll", kind: "k") }, now: now)
            #expect(await heard.next() == "poll")
            try await node.store.jobs.enqueue(
                [NewJob(queue: "later", kind: "k", scheduledAt: now + .seconds(5))],
                now: now
            )
            try await node.store.resources.apply([.enqueue(NewJob(queue: "applied", kind: "k"))], in: .system)
            #expect(await heard.next() == "applied")
            group.cancelAll()
        }
    }
}

import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import Testing

@Suite("Contract: jobs and due times", .closingStores)
struct JobStoreContract {
    private func claim(_ tenant: Tenant, _ limit: Int = 1, lease: Duration = .seconds(30)) async throws -> [ClaimedJob]
    {
        try await tenant.store.jobs.claim(
            queue: "default",
            limit: limit,
            now: tenant.clock.now,
            leaseEnds: tenant.clock.now + lease
        )
    }

    @Test("claims are exclusive under concurrency", arguments: Engines.all)
    func exclusive(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let ids = try await tenant.store.jobs.enqueue((0..<60).map { NewJob(kind: "k\($0)") }, now: tenant.clock.now)
        let claimed = try await withThrowingTaskGroup(of: [UUID].self) { group in
            for _ in 0..<12 { group.addTask { try await claim(tenant, 7).map(\.lease.job) } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(claimed.count == 60)
        #expect(Set(claimed) == Set(ids))
    }

    @Test("priority first, then age, in turn between teams", arguments: Engines.all)
    func order(_ factory: StoreFactory) async throws {
        let one = try await Tenant(factory)
        let two = try await Tenant(one.store, one.clock)
        let now = one.clock.now
        let many = (0..<5).map { NewJob(kind: "one\($0)", team: one.team) }
        try await one.store.jobs.enqueue(many, now: now)
        try await one.store.jobs.enqueue([NewJob(kind: "two", team: two.team)], now: now)
        try await one.store.jobs.enqueue([NewJob(kind: "urgent", priority: -1)], now: now)
        #expect(try await claim(one, 1).map(\.kind) == ["urgent"])
        let next = try await claim(one, 2)
        #expect(Set(next.map { $0.team }) == [one.team, two.team])
        try await one.store.jobs.enqueue([NewJob(kind: "two-b", team: two.team)], now: now)
        try await one.store.jobs.settle(
            try #require(next.first { $0.team == two.team }).lease,
            as: .completed,
            now: now
        )
        #expect(try await claim(one, 1).map(\.kind) == ["two-b"])
    }

    @Test(
        "a lost lease settles nothing; a rescued job runs again until its attempts are used up",
        arguments: Engines.all
    )
    func rescue(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        try await tenant.store.jobs.enqueue([NewJob(kind: "k", maxAttempts: 2)], now: tenant.clock.now)
        let first = try #require(try await claim(tenant).first)
        #expect(first.attempt == 1)
        #expect(try await tenant.store.jobs.rescue(now: tenant.clock.now) == 0)
        let prolonged = tenant.clock.now + .seconds(60)
        #expect(try await tenant.store.jobs.heartbeat([first.lease], leaseEnds: prolonged) == [first.lease])
        tenant.clock.advance(.seconds(45))
        #expect(try await tenant.store.jobs.rescue(now: tenant.clock.now) == 0)
        tenant.clock.advance(.seconds(20))
        #expect(try await tenant.store.jobs.rescue(now: tenant.clock.now) == 1)
        let second = try #require(try await claim(tenant).first)
        #expect(second.attempt == 2 && second.lease != first.lease)
        #expect(try await tenant.store.jobs.settle(first.lease, as: .completed, now: tenant.clock.now) == false)
        #expect(
            try await tenant.store.jobs.heartbeat([first.lease, second.lease], leaseEnds: prolonged) == [second.lease]
        )
        tenant.clock.advance(.seconds(90))
        #expect(try await tenant.store.jobs.rescue(now: tenant.clock.now) == 1)
        #expect(try await claim(tenant).isEmpty)
        let row = try await tenant.store.resources.fetch(Resources.jobs, id: first.lease.job, in: .system)
        #expect(row?["state"] == "discarded")
    }

    @Test("a unique key lets one unfinished job live", arguments: Engines.all)
    func unique(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let job = NewJob(kind: "k", uniqueKey: "poll:" + tenant.pipeline.text)
        #expect(try await tenant.store.jobs.enqueue([job, job], now: tenant.clock.now).count == 1)
        let lease = try #require(try await claim(tenant).first?.lease)
        #expect(try await tenant.store.jobs.enqueue([job], now: tenant.clock.now).isEmpty)
        #expect(try await tenant.store.jobs.settle(lease, as: .completed, now: tenant.clock.now))
        #expect(try await tenant.store.jobs.enqueue([job], now: tenant.clock.now).count == 1)
    }

    @Test("delay, retry, release and cancel", arguments: Engines.all)
    func settling(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let later = tenant.clock.now + .seconds(10)
        let ids = try await tenant.store.jobs.enqueue([NewJob(kind: "k", scheduledAt: later)], now: tenant.clock.now)
        #expect(try await tenant.store.jobs.nextDue(queue: "default") == later)
        #expect(try await claim(tenant).isEmpty)
        tenant.clock.advance(.seconds(10))
        var job = try #require(try await claim(tenant).first)
        #expect(try await tenant.store.jobs.settle(job.lease, as: .released, now: tenant.clock.now))
        job = try #require(try await claim(tenant).first)
        #expect(job.attempt == 1)
        let again = tenant.clock.now + .seconds(5)
        #expect(
            try await tenant.store.jobs.settle(job.lease, as: .retry(at: again, reason: "no"), now: tenant.clock.now)
        )
        #expect(try await tenant.store.jobs.nextDue(queue: "default") == again)
        tenant.clock.advance(.seconds(5))
        job = try #require(try await claim(tenant).first)
        #expect(job.attempt == 2)
        #expect(try await tenant.store.jobs.cancel(ids[0], now: tenant.clock.now))
        #expect(try await tenant.store.jobs.settle(job.lease, as: .completed, now: tenant.clock.now) == false)
        #expect(try await tenant.store.jobs.cancel(ids[0], now: tenant.clock.now) == false)
        #expect(try await tenant.store.jobs.prune(before: tenant.clock.now + .seconds(1), limit: 10) == 1)
        #expect(try await tenant.store.jobs.nextDue(queue: "default") == nil)
    }

    @Test("a due time is recorded once and brings one job", arguments: Engines.all)
    func dueTimes(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let now = tenant.clock.now
        let due = DueTime(pipeline: tenant.pipeline, dueAt: now, job: NewJob(kind: "poll"))
        let missed = DueTime(
            pipeline: tenant.pipeline,
            dueAt: now - .seconds(60),
            state: .coalesced(reason: "node was down")
        )
        let gone = DueTime(pipeline: UUID(), dueAt: now, job: NewJob(kind: "poll"))
        #expect(
            try await tenant.store.dueTimes.record([missed, due, gone], now: now).map(\.dueAt) == [missed.dueAt, now]
        )
        #expect(try await tenant.store.dueTimes.record([due], now: now).isEmpty)
        #expect(try await claim(tenant, 10).count == 1)
        try await tenant.store.dueTimes.settle(pipeline: tenant.pipeline, dueAt: now, as: .failed(reason: "500"))
        try await tenant.store.dueTimes.settle(pipeline: tenant.pipeline, dueAt: now, as: .ran)
        let states = try await tenant.store.dueTimes.newest(of: tenant.pipeline, limit: 10).map(\.state)
        #expect(states == [.failed(reason: "500"), .coalesced(reason: "node was down")])
        #expect(try await tenant.store.dueTimes.prune(before: now, limit: 10) == 1)
    }

    @Test(
        "due times behind a job are settled, and the one with an unfinished job of its own is not",
        arguments: Engines.all
    )
    func overtaken(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let store = tenant.store
        func record() async throws -> Timestamp {
            tenant.clock.advance(.seconds(1))
            let now = tenant.clock.now
            let job = NewJob(kind: "poll", uniqueKey: "poll:one")
            let new = try await store.dueTimes.record(
                [DueTime(pipeline: tenant.pipeline, dueAt: now, job: job)],
                now: now
            )
            #expect(new.count == 1)
            return now
        }
        let states = { try await store.dueTimes.newest(of: tenant.pipeline, limit: 10).map(\.state) }
        let overtaken = DueTime.State.coalesced(reason: "overtaken")
        func settle(until end: Timestamp) async throws {
            try await store.dueTimes.settleOvertaken(of: tenant.pipeline, jobKey: "poll:one", until: end, as: overtaken)
        }
        let first = try await record()
        let job = try #require(try await claim(tenant).first)
        let second = try await record()
        try await settle(until: first)
        #expect(try await states() == [.due, .due])
        try await settle(until: second)
        #expect(try await states() == [overtaken, .due], "the first has its job, the second has none")
        #expect(try await store.jobs.settle(job.lease, as: .completed, now: tenant.clock.now))
        let third = try await record()
        try await settle(until: third)
        #expect(try await states() == [.due, overtaken, overtaken], "the third has a job of its own")
    }

    @Test("open due times are found and settled once no unfinished job holds their place", arguments: Engines.all)
    func abandoned(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let store = tenant.store
        let start = tenant.clock.now
        let due = (0..<3).map { DueTime(pipeline: tenant.pipeline, dueAt: start + .seconds($0)) }
        #expect(try await store.dueTimes.record(due, now: start).count == 3)
        try await store.dueTimes.settle(pipeline: tenant.pipeline, dueAt: start, as: .ran)
        try await store.jobs.enqueue([NewJob(kind: "poll", uniqueKey: "poll:one")], now: start)
        let job = try #require(try await claim(tenant).first)
        let states = { try await store.dueTimes.newest(of: tenant.pipeline, limit: 10).map(\.state) }
        let end = start + .seconds(2)
        let missed = DueTime.State.skipped(reason: "missed")
        func settle() async throws {
            try await store.dueTimes.settleAbandoned(of: tenant.pipeline, jobKey: "poll:one", until: end, as: missed)
        }
        #expect(try await store.dueTimes.open(before: start + .seconds(1), after: nil, limit: 10).isEmpty)
        #expect(try await store.dueTimes.open(before: end, after: nil, limit: 10) == [tenant.pipeline])
        #expect(try await store.dueTimes.open(before: end, after: tenant.pipeline, limit: 10).isEmpty)
        try await settle()
        #expect(try await states() == [.due, .due, .ran], "the job is not done")
        #expect(try await store.jobs.settle(job.lease, as: .completed, now: end))
        try await settle()
        #expect(try await states() == [.due, missed, .ran])
    }

    @Test("many jobs of teams and of none are claimed and settled in their turns", arguments: Engines.all)
    func many(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let jobs = (0..<600).map { NewJob(kind: "k", team: $0 % 2 == 0 ? tenant.team : nil, priority: $0 / 300) }
        try await tenant.store.jobs.enqueue(jobs, now: tenant.clock.now)
        let first = try await claim(tenant, 300)
        #expect(first.count { $0.team == nil } == 150)
        var claimed = Set(first.map(\.lease))
        #expect(claimed.count == 300)
        let settlements = first.map { JobSettlement($0.lease, as: .completed) }
        #expect(try await tenant.store.jobs.settle(settlements, now: tenant.clock.now) == claimed)
        #expect(try await tenant.store.jobs.settle(settlements, now: tenant.clock.now).isEmpty)
        claimed.formUnion(try await claim(tenant, 1_000).map(\.lease))
        #expect(claimed.count == 600)
        #expect(try await claim(tenant, 1_000).isEmpty)
    }

    @Test("a job enqueued with a change lives and dies with it", arguments: Engines.all)
    func transactional(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let bad = ResourceChange.update(Resources.pipelines, ResourceRow(id: UUID(), values: ["failure_count": 1]))
        await #expect(throws: DashError.self) {
            try await tenant.store.resources.apply([.enqueue(NewJob(kind: "k")), bad], in: .system)
        }
        #expect(try await tenant.store.jobs.nextDue(queue: "default") == nil)
        let rows = try await tenant.store.resources.apply([.enqueue(NewJob(kind: "k"))], in: .team(tenant.team))
        #expect(rows.isEmpty)
        #expect(try await tenant.store.jobs.nextDue(queue: "default") == tenant.clock.now)
    }

    @Test("starts that end with the process are counted until the job gets on or ends", arguments: Engines.all)
    func lostStarts(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        try await tenant.store.jobs.enqueue([NewJob(kind: "k")], now: tenant.clock.now)
        func lose() async throws -> Int {
            let job = try #require(try await claim(tenant).first)
            tenant.clock.advance(.seconds(60))
            #expect(try await tenant.store.jobs.rescue(now: tenant.clock.now) == 1)
            // From the second time on the start is put off a little.
            tenant.clock.advance(.seconds(60))
            return job.lostStarts
        }
        #expect(try await lose() == 0)
        #expect(try await lose() == 1)
        #expect(try await lose() == 2)
        let fourth = try #require(try await claim(tenant).first)
        #expect(fourth.lostStarts == LostStarts.limit)
        try await tenant.store.jobs.noteProgress(of: fourth.lease)
        tenant.clock.advance(.seconds(60))
        #expect(try await tenant.store.jobs.rescue(now: tenant.clock.now) == 1)
        let fifth = try #require(try await claim(tenant).first)
        #expect(fifth.lostStarts == 1, "progress counts from anew")
        try await tenant.store.jobs.settle(fifth.lease, as: .released, now: tenant.clock.now)
        let sixth = try #require(try await claim(tenant).first)
        #expect(sixth.lostStarts == 1, "given back is neither")
        let now = tenant.clock.now
        try await tenant.store.jobs.settle(sixth.lease, as: .retry(at: now, reason: "no"), now: now)
        #expect(try await claim(tenant).first?.lostStarts == 0)
    }
}

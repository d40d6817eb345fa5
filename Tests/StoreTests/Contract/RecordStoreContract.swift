import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import TestSupport
import Testing

@Suite("Contract: records and the saving transaction", .closingStores)
struct RecordStoreContract {
    @Test("saves rows, counters, run, cursor and state in one go", arguments: Engines.all)
    func saves(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let failed = ResourceRow(
            id: tenant.pipeline,
            values: ["status": "error", "failure_count": 4, "error_message": "x"]
        )
        try await tenant.store.resources.apply([.update(Resources.pipelines, failed)], in: .system)
        var part = tenant.part([#"{"a":1}"#, #"{"a":2.50}"#])
        part.settles.cursor = ["since": "abc"]
        part.quarantined = [QuarantinedRecord(rule: "type", field: "a", reason: "not a number", data: Array("{}".utf8))]
        part.ledger[.received] += 1
        part.ledger[.quarantined] = 1
        let outcomes = try await tenant.store.commits.commit([part, tenant.part([#"{"a":3}"#])])
        guard case .saved(let first) = outcomes[0] else { throw Unexpected("\(outcomes)") }
        #expect(outcomes[1] == .saved(firstID: first + 2))
        #expect(try await tenant.stored() == [#"{"a":1}"#, #"{"a":2.50}"#, #"{"a":3}"#])
        let ledger = try await tenant.store.commits.ledger(of: tenant.pipeline)
        #expect(ledger[.received] == 4 && ledger[.stored] == 3 && ledger[.quarantined] == 1)
        #expect(ledger[.bytesStored] == 24)
        #expect(ledger.difference == 0)
        let row = try #require(
            try await tenant.store.resources.fetch(Resources.pipelines, id: tenant.pipeline, in: .system)
        )
        #expect(row["source_cursor"] == ["since": "abc"])
        #expect(row["status"] == "active" && row["failure_count"] == 0 && row["error_message"] == .null)
        #expect(row.timestamp("last_run_at") == tenant.clock.now)
        let runs = try await tenant.store.resources.list(Resources.runs, ResourceQuery(), in: .team(tenant.team)).rows
        #expect(runs.count == 1)
        #expect(runs.first?["records_stored"] == 3 && runs.first?["batches"] == 2)
        #expect(runs.first?["timings"] == ["save": 10])
        let quarantine = try await tenant.store.resources.list(
            Resources.quarantinedRecords,
            ResourceQuery(),
            in: .team(tenant.team)
        )
        #expect(quarantine.rows.first?["reason"] == "not a number")
    }

    @Test("a minute's commits share one run, the next minute has its own", arguments: Engines.all)
    func minuteRuns(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        for _ in 0..<3 { _ = try await tenant.store.commits.commit([tenant.part(["{}"])]) }
        tenant.clock.advance(.seconds(60))
        _ = try await tenant.store.commits.commit([tenant.part(["{}"])])
        let runs = try await tenant.store.resources.list(
            Resources.runs,
            ResourceQuery(sort: [.init("started_at")]),
            in: .team(tenant.team)
        ).rows
        #expect(runs.map { $0.int("records_received") } == [3, 1])
        #expect(runs.first?["timings"] == ["save": 15])
    }

    @Test("an upload's records are saved where it stands, once, and not when it was cancelled", arguments: Engines.all)
    func uploads(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let upload = UUID.v7()
        let values: [String: JSONValue] = [
            "team_id": .string(tenant.team.text), "pipeline_id": .string(tenant.pipeline.text), "filename": "a.csv",
            "format": "csv", "object_key": "uploads/a", "byte_count": 30,
        ]
        try await tenant.store.resources.apply(
            [.insert(Resources.uploads, ResourceRow(id: upload, values: values))],
            in: .system
        )
        func part(_ start: Int64, _ end: Int64, isLast: Bool = false) -> BatchCommit {
            var part = tenant.part(["{}", "{}"])
            let began = tenant.clock.now
            part.run = .ongoing(id: upload, trigger: "upload", startedAt: began, timings: ["save": 5])
            part.settles.upload = UploadStep(
                upload: upload,
                start: start,
                end: end,
                bytesRead: end,
                linesRead: end / 10,
                isLast: isLast
            )
            return part
        }
        func row() async throws -> ResourceRow {
            try #require(try await tenant.store.resources.fetch(Resources.uploads, id: upload, in: .system))
        }
        guard case .saved = try await tenant.store.commits.commit([part(0, 10)])[0] else {
            throw Unexpected("not saved")
        }
        #expect(try await tenant.store.commits.commit([part(0, 10)]) == [.fenced])
        #expect(try await row()["status"] == "running")
        #expect(try await row()["position"] == 10)
        let both = try await tenant.store.commits.commit([part(10, 20), part(10, 20)])
        #expect(both[1] == .fenced)
        let cancelled = ResourceRow(id: upload, values: ["status": "cancelled"])
        try await tenant.store.resources.apply([.update(Resources.uploads, cancelled)], in: .system)
        #expect(try await tenant.store.commits.commit([part(20, 30)]) == [.fenced])
        let resumed = ResourceRow(id: upload, values: ["status": "queued"])
        try await tenant.store.resources.apply([.update(Resources.uploads, resumed)], in: .system)
        guard case .saved = try await tenant.store.commits.commit([part(20, 30, isLast: true)])[0] else {
            throw Unexpected("not saved")
        }
        let end = try await row()
        #expect(end["status"] == "completed" && end["records_received"] == 6 && end["records_accepted"] == 6)
        #expect(end["lines_read"] == 3 && end.timestamp("finished_at") != nil)
        #expect(try await tenant.stored().count == 6)
        let runs = try await tenant.store.resources.list(Resources.runs, ResourceQuery(), in: .team(tenant.team)).rows
        #expect(runs.count == 1 && runs.first?.id == upload && runs.first?["records_received"] == 6)
    }

    @Test(
        "a repeat is answered as the first, also inside one group, until 72 hours have passed",
        arguments: Engines.all
    )
    func idempotency(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        var part = tenant.part(["{}", "{}"])
        part.settles.requests = [.init(key: "k", accepted: 2)]
        let outcomes = try await tenant.store.commits.commit([part, part])
        #expect(outcomes[1] == .repeated(accepted: 2, quarantined: 0))
        #expect(try await tenant.store.commits.commit([part]) == [.repeated(accepted: 2, quarantined: 0)])
        var ledger = try await tenant.store.commits.ledger(of: tenant.pipeline)
        #expect(ledger[.received] == 6 && ledger[.stored] == 2 && ledger[.duplicates] == 4 && ledger.difference == 0)
        let other = try await tenant.addPipeline()
        var elsewhere = tenant.part(["{}"], into: other)
        elsewhere.settles.requests = [.init(key: "k", accepted: 2)]
        guard case .saved = try await tenant.store.commits.commit([elsewhere])[0] else { throw Unexpected("not saved") }
        tenant.clock.advance(.seconds(72 * 3_600 + 1))
        guard case .saved = try await tenant.store.commits.commit([part])[0] else { throw Unexpected("not saved") }
        ledger = try await tenant.store.commits.ledger(of: tenant.pipeline)
        #expect(ledger[.stored] == 4 && ledger.difference == 0)
    }

    @Test("of several keys some may have been seen: then nothing is written, and it says which", arguments: Engines.all)
    func overlappingKeys(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        func part(_ keys: [String], duplicates: Int = 0) -> BatchCommit {
            var part = tenant.part(keys.map { "{\"k\":\"\($0)\"}" })
            part.settles.requests = keys.map { .init(key: $0, accepted: 1, duplicates: duplicates) }
            return part
        }
        guard case .saved = try await tenant.store.commits.commit([part(["a", "b"], duplicates: 3)])[0] else {
            throw Unexpected("not saved")
        }
        #expect(try await tenant.store.commits.commit([part(["b", "c"])]) == [.overlapping(keys: ["b"])])
        // What was not written is not remembered either, and within one group it is the same.
        let outcomes = try await tenant.store.commits.commit([part(["c"]), part(["c", "d"]), part(["a", "b"])])
        guard case .saved = outcomes[0] else { throw Unexpected("\(outcomes)") }
        #expect(outcomes[1] == .overlapping(keys: ["c"]))
        #expect(outcomes[2] == .repeated(accepted: 2, quarantined: 0, duplicates: 6))
        guard case .saved = try await tenant.store.commits.commit([part(["d"])])[0] else {
            throw Unexpected("not saved")
        }
        #expect(try await tenant.stored().count == 4)
        #expect(try await tenant.store.commits.ledger(of: tenant.pipeline).difference == 0)
    }

    @Test("a team over its limit stores nothing more and it is counted", arguments: Engines.all)
    func storageLimit(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory, limitGB: 0)
        let second = try await Tenant(tenant.store, tenant.clock)
        let outcomes = try await tenant.store.commits.commit([tenant.part(["{}"]), second.part(["{}"])])
        #expect(outcomes[0] == .overStorageLimit)
        #expect(try await tenant.stored().isEmpty)
        #expect(try await second.stored().count == 1)
        let ledger = try await tenant.store.commits.ledger(of: tenant.pipeline)
        #expect(ledger[.received] == 1 && ledger[.droppedStorageLimit] == 1 && ledger.difference == 0)
        let memory = try await tenant.store.commits.commit([tenant.part(["{}"], persists: false)])
        guard case .saved = memory[0] else { throw Unexpected("memory needs no storage") }
    }

    @Test("a lost lease writes nothing; a held one ends the job", arguments: Engines.all)
    func jobFence(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        try await tenant.store.jobs.enqueue([NewJob(kind: "poll")], now: tenant.clock.now)
        let claimed = try await tenant.store.jobs.claim(
            queue: "default",
            limit: 1,
            now: tenant.clock.now,
            leaseEnds: tenant.clock.now + .seconds(30)
        )
        let lease = try #require(claimed.first?.lease)
        var stale = tenant.part(["{}"])
        stale.settles.job = JobLease(job: lease.job, token: UUID())
        stale.settles.requests = [.init(key: "k", accepted: 1)]
        var good = tenant.part(["{}"])
        good.settles.job = lease
        good.settles.requests = [.init(key: "k", accepted: 1)]
        var outcomes = try await tenant.store.commits.commit([stale, good])
        #expect(outcomes[0] == .fenced)
        guard case .saved = outcomes[1] else { throw Unexpected("\(outcomes)") }
        #expect(try await tenant.stored().count == 1)
        #expect(try await tenant.store.commits.ledger(of: tenant.pipeline)[.received] == 1)
        outcomes = try await tenant.store.commits.commit([good])
        #expect(outcomes == [.fenced])
        #expect(try await tenant.store.jobs.settle(lease, as: .completed, now: tenant.clock.now) == false)
        let job = try await tenant.store.resources.fetch(Resources.jobs, id: lease.job, in: .system)
        #expect(job?["state"] == "completed")
    }

    @Test("an upstream delivery is consumed once", arguments: Engines.all)
    func consumes(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let down = try await tenant.addPipeline()
        var up = tenant.part(["{\"n\":1}"])
        up.lanes = [.pipeline(down)]
        _ = try await tenant.store.commits.commit([up])
        let delivery = try #require(
            try await tenant.store.nextDeliveries(of: .pipeline(down), limit: 9, now: tenant.clock.now).first
        )
        var part = tenant.part(["{\"n\":1}"], into: down)
        part.settles.delivery = delivery.id
        let outcomes = try await tenant.store.commits.commit([part, part])
        guard case .saved = outcomes[0] else { throw Unexpected("\(outcomes)") }
        #expect(outcomes[1] == .fenced)
        #expect(try await tenant.store.nextDeliveries(of: .pipeline(down), limit: 9, now: tenant.clock.now).isEmpty)
        #expect(try await tenant.store.deliveries.settle([delivery.id], as: .delivered, now: tenant.clock.now) == false)
        #expect(try await tenant.store.commits.ledger(of: down)[.stored] == 1)
    }

    @Test("a poll's commit settles its due time and has a run of its own", arguments: Engines.all)
    func singleRun(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let now = tenant.clock.now
        _ = try await tenant.store.dueTimes.record([DueTime(pipeline: tenant.pipeline, dueAt: now)], now: now)
        let id = UUID.v7()
        var part = tenant.part(["{}"])
        part.run = .single(id: id, trigger: "schedule", dueAt: now, startedAt: now, finishedAt: now, timings: [:])
        _ = try await tenant.store.commits.commit([part])
        #expect(try await tenant.store.dueTimes.newest(of: tenant.pipeline, limit: 1).first?.state == .ran)
        let run = try await tenant.store.resources.fetch(Resources.runs, id: id, in: .team(tenant.team))
        #expect(run?["status"] == "completed" && run?["trigger"] == "schedule")
    }

    @Test("a pipeline deleted meanwhile is written to no more", arguments: Engines.all)
    func deletedPipeline(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        _ = try await tenant.store.commits.commit([tenant.part(Array(repeating: "{\"x\":1}", count: 50))])
        try await tenant.store.resources.apply([.delete(Resources.pipelines, id: tenant.pipeline)], in: .system)
        #expect(try await tenant.store.commits.commit([tenant.part(["{}"])]) == [.fenced])
        #expect(try await tenant.usedGB() > 0)
        while try await tenant.store.expiry.deleteExpired(now: tenant.clock.now, limit: 20) > 0 {}
        #expect(try await tenant.usedGB() == 0)
    }

    @Test("pages of records, newest first, ties by id", arguments: Engines.all)
    func pages(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        for second in 0..<5 {
            let time = tenant.clock.now + .seconds(second / 2)
            _ = try await tenant.store.commits.commit([
                tenant.part((0..<4).map { "{\"n\":\(second * 4 + $0)}" }, at: time)
            ])
        }
        var seen: [Record] = []
        var position: RecordPosition?
        while true {
            let page = try await tenant.store.records.page(
                of: tenant.pipeline,
                before: position,
                limit: 3,
                now: tenant.clock.now
            )
            guard let last = page.last else { break }
            seen += page
            position = RecordPosition(ingestedAt: last.ingestedAt, id: last.id)
        }
        #expect(
            try seen.map { try JSONValue(parsing: Array($0.data)).text } == (0..<20).reversed().map { "{\"n\":\($0)}" }
        )
        let latest = try await tenant.store.records.latest(of: tenant.pipeline, limit: 2, now: tenant.clock.now)
        #expect(latest.map(\.id) == seen.prefix(2).map(\.id).reversed())
    }

    @Test("the quarantine keeps its newest 10,000", arguments: Engines.all)
    func quarantineCap(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        for round in 0..<3 {
            var part = tenant.part([], at: tenant.clock.now + .seconds(round))
            let bad = QuarantinedRecord(rule: "r\(round)", field: nil, reason: "no", data: [0xff, 0])
            part.quarantined = Array(repeating: bad, count: 4_000)
            _ = try await tenant.store.commits.commit([part])
        }
        let newest = ResourceQuery(sort: [.init("received_at")], limit: 10_000)
        let page = try await tenant.store.resources.list(Resources.quarantinedRecords, newest, in: .team(tenant.team))
        #expect(page.rows.count == 10_000 && page.next == nil)
        #expect(page.rows.filter { $0["rule"] == "r0" }.count == 2_000)
    }

    @Test("any mix of outcomes leaves the ledger balanced and the storage exact", arguments: Engines.all)
    func ledgerProperty(_ factory: StoreFactory) async throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        let one = try await Tenant(factory)
        let full = try await Tenant(one.store, one.clock, limitGB: 0)
        let sink = try await one.addSink()
        for _ in 0..<40 {
            var group: [BatchCommit] = []
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let tenant = Int.random(in: 0..<4, using: &random) == 0 ? full : one
                let texts = (0..<Int.random(in: 0...5, using: &random)).map { "{\"v\":\($0)}" }
                var part = tenant.part(texts, persists: Bool.random(using: &random))
                let dropped = Int64.random(in: 0...2, using: &random)
                part.ledger[.droppedFilter] = dropped
                part.ledger[.received] += dropped
                if Bool.random(using: &random) {
                    part.settles.requests = [
                        .init(key: "k\(Int.random(in: 0...9, using: &random))", accepted: part.batch.records.count)
                    ]
                }
                if Int.random(in: 0..<5, using: &random) == 0 {
                    part.settles.job = JobLease(job: UUID(), token: UUID())
                }
                if tenant.pipeline == one.pipeline { part.lanes = [.sink(sink)] }
                group.append(part)
            }
            let outcomes = try await one.store.commits.commit(group)
            #expect(outcomes.count == group.count, "seed \(seed)")
            for tenant in [one, full] {
                let ledger = try await tenant.store.commits.ledger(of: tenant.pipeline)
                #expect(ledger.difference == 0, "seed \(seed)")
                let rows = try await tenant.stored()
                #expect(ledger[.stored] == Int64(rows.count), "seed \(seed)")
                #expect(ledger[.bytesStored] == Int64(rows.reduce(0) { $0 + $1.utf8.count }), "seed \(seed)")
            }
        }
        var delivered = 0
        var persisted: Set<Int64> = []
        for delivery in try await one.store.nextDeliveries(of: .sink(sink), limit: 1_000, now: one.clock.now) {
            #expect(delivery.records.count == Int(delivery.lastID - delivery.firstID + 1), "seed \(seed)")
            delivered += delivery.records.count
            #expect((delivery.firstID...delivery.lastID).allSatisfy { persisted.insert($0).inserted }, "seed \(seed)")
        }
        let ledger = try await one.store.commits.ledger(of: one.pipeline)
        #expect(Int64(delivered) == ledger[.stored] + ledger[.memoryOnly], "seed \(seed)")
    }
}

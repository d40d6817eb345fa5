import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import TestSupport
import Testing

@Suite("Contract: the quarantine and its replays", .closingStores)
struct QuarantineContract {
    private func refuse(_ tenant: Tenant, _ records: [QuarantinedRecord], into pipeline: UUID? = nil) async throws {
        var part = tenant.part([], into: pipeline)
        part.quarantined = records
        part.ledger[.received] = Int64(records.count)
        part.ledger[.quarantined] = Int64(records.count)
        _ = try await tenant.store.commits.commit([part])
    }

    private func record(_ rule: String, _ field: String?, _ reason: String, _ data: String = "{}") -> QuarantinedRecord
    {
        QuarantinedRecord(rule: rule, field: field, reason: reason, data: Array(data.utf8))
    }

    private func makeReplay(_ tenant: Tenant, total: Int) async throws -> UUID {
        let row = ResourceRow(
            id: .v7(),
            values: [
                "team_id": .string(tenant.team.text), "pipeline_id": .string(tenant.pipeline.text),
                "total": .number(JSONNumber(total)), "until": .string(UUID.v7().text),
            ]
        )
        try await tenant.store.resources.apply([.insert(Resources.replays, row)], in: .system)
        return row.id
    }

    /// What the engine makes of a stretch of the quarantine.
    private func part(_ tenant: Tenant, _ rows: [QuarantineRow], of replay: UUID, stored: [String]) -> BatchCommit {
        var part = tenant.part(stored)
        part.run = .minute(trigger: "replay", startedAt: tenant.clock.now, timings: [:])
        part.settles.replay = Settlement.Replay(id: replay, records: rows.map(\.id))
        part.ledger = [.received: Int64(stored.count - rows.count), .quarantined: Int64(-rows.count)]
        return part
    }

    @Test("is counted by reason, filtered and paged", arguments: Engines.all)
    func looks(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let other = try await tenant.addPipeline()
        let store = tenant.store
        let early = tenant.clock.now
        try await refuse(tenant, [record("type", "a", "a is 100% no number"), record("range", "b", "too high")])
        tenant.clock.advance(.seconds(60))
        try await refuse(tenant, [record("type", "a", "a is 100% no number", #"{"n":2}"#), record("record", nil, "x")])
        try await refuse(tenant, [record("type", "a", "elsewhere")], into: other)
        let counts = try await store.quarantine.counts(of: tenant.pipeline, matching: QuarantineFilter(), limit: 10)
        #expect(counts.map(\.count) == [2, 1, 1])
        #expect(counts.map(\.rule) == ["type", "range", "record"])
        #expect(counts.first?.oldest == early && counts.first?.newest == tenant.clock.now)
        #expect(counts.contains { $0.field == nil && $0.reason == "x" })
        func data(_ filter: QuarantineFilter) async throws -> Int {
            let extent = try await store.quarantine.extent(of: tenant.pipeline, matching: filter)
            let rows = try await store.quarantine.page(
                of: tenant.pipeline,
                matching: filter,
                after: nil,
                until: extent.last,
                limit: 10
            )
            #expect(rows.count == extent.count && rows.last?.id == extent.last)
            #expect(rows.map(\.id) == rows.map(\.id).sorted())
            return extent.count
        }
        #expect(try await data(QuarantineFilter()) == 4)
        #expect(try await data(QuarantineFilter(rule: "type")) == 2)
        #expect(try await data(QuarantineFilter(field: "b")) == 1)
        #expect(try await data(QuarantineFilter(reason: "100% NO")) == 2)
        #expect(try await data(QuarantineFilter(reason: "100_ no")) == 0)
        #expect(try await data(QuarantineFilter(from: tenant.clock.now)) == 2)
        #expect(try await data(QuarantineFilter(rule: "type", to: tenant.clock.now)) == 1)
        #expect(try await data(QuarantineFilter(records: [])) == 0)
        let newest = try await store.quarantine.newest(of: tenant.pipeline, matching: QuarantineFilter(), limit: 2)
        #expect(newest.allSatisfy { $0.receivedAt == tenant.clock.now })
        #expect(newest.contains { $0.record.data == Array(#"{"n":2}"#.utf8) })
        let all = try await store.quarantine.page(
            of: tenant.pipeline,
            matching: QuarantineFilter(),
            after: nil,
            until: nil,
            limit: 10
        )
        let rest = try await store.quarantine.page(
            of: tenant.pipeline,
            matching: QuarantineFilter(),
            after: all[1].id,
            until: all[2].id,
            limit: 10
        )
        #expect(rest == [all[2]])
        #expect(try await data(QuarantineFilter(records: [all[0].id, all[3].id])) == 2)
    }

    @Test("is discarded by choice, and no other pipeline's with it", arguments: Engines.all)
    func discards(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let other = try await tenant.addPipeline()
        try await refuse(tenant, [record("type", "a", "r"), record("range", "a", "r"), record("range", "b", "r")])
        try await refuse(tenant, [record("range", "a", "r")], into: other)
        let ranges = QuarantineFilter(rule: "range")
        #expect(try await tenant.store.quarantine.discard(of: tenant.pipeline, matching: ranges) == 2)
        #expect(try await tenant.store.quarantine.discard(of: tenant.pipeline, matching: QuarantineFilter()) == 1)
        #expect(try await tenant.store.quarantine.extent(of: other, matching: QuarantineFilter()).count == 1)
        let ledger = try await tenant.store.commits.ledger(of: tenant.pipeline)
        #expect(ledger[.quarantined] == 3 && ledger.difference == 0)
    }

    @Test("a replayed record leaves with the commit that saves it, once", arguments: Engines.all)
    func replays(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let store = tenant.store
        let failed = ResourceRow(id: tenant.pipeline, values: ["status": "error", "error_message": "x"])
        try await refuse(tenant, (0..<4).map { record("type", "n", "r", #"{"n":\#($0)}"#) })
        try await store.resources.apply([.update(Resources.pipelines, failed)], in: .system)
        let rows = try await store.quarantine.page(
            of: tenant.pipeline,
            matching: QuarantineFilter(),
            after: nil,
            until: nil,
            limit: 10
        )
        let replay = try await makeReplay(tenant, total: 4)
        let first = part(tenant, Array(rows[0..<2]), of: replay, stored: [#"{"n":0}"#, #"{"n":1}"#])
        let overlapping = part(tenant, Array(rows[1..<3]), of: replay, stored: [#"{"n":1}"#, #"{"n":2}"#])
        let outcomes = try await store.commits.commit([first, overlapping])
        guard case .saved = outcomes[0] else { throw Unexpected("\(outcomes)") }
        #expect(outcomes[1] == .fenced)
        #expect(try await store.commits.commit([first]) == [.fenced])
        var row = try #require(try await store.resources.fetch(Resources.replays, id: replay, in: .system))
        #expect(row["replayed"] == 2 && row["accepted"] == 2 && row["refused"] == 0)
        #expect(row.uuid("position") == rows[1].id)
        // The rest: one is accepted, one goes back.
        var second = part(tenant, Array(rows[2..<4]), of: replay, stored: [#"{"n":2}"#])
        second.quarantined = [record("type", "n", "still wrong", #"{"n":3}"#)]
        second.ledger = [.received: 0, .quarantined: -1]
        guard case .saved = try await store.commits.commit([second])[0] else { throw Unexpected("not saved") }
        row = try #require(try await store.resources.fetch(Resources.replays, id: replay, in: .system))
        #expect(row["replayed"] == 4 && row["accepted"] == 3 && row["refused"] == 1)
        #expect(try await tenant.stored() == [#"{"n":0}"#, #"{"n":1}"#, #"{"n":2}"#])
        let left = try await store.quarantine.newest(of: tenant.pipeline, matching: QuarantineFilter(), limit: 10)
        #expect(left.map(\.record.reason) == ["still wrong"])
        let ledger = try await store.commits.ledger(of: tenant.pipeline)
        #expect(ledger[.received] == 4 && ledger[.stored] == 3 && ledger[.quarantined] == 1)
        #expect(ledger.difference == 0)
        let runs = try await store.resources.list(Resources.runs, ResourceQuery(), in: .team(tenant.team)).rows
        let run = try #require(runs.first { $0["trigger"] == "replay" })
        #expect(run["records_received"] == 4 && run["records_stored"] == 3 && run["records_quarantined"] == 1)
        // It says nothing of the source.
        let pipeline = try await store.resources.fetch(Resources.pipelines, id: tenant.pipeline, in: .system)
        #expect(pipeline?["status"] == "error")
    }

    @Test("what has no room stays in the quarantine", arguments: Engines.all)
    func storageLimit(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory, limitGB: 0)
        try await refuse(tenant, [record("type", "n", "r")])
        let rows = try await tenant.store.quarantine.newest(
            of: tenant.pipeline,
            matching: QuarantineFilter(),
            limit: 10
        )
        let replay = try await makeReplay(tenant, total: 1)
        let outcomes = try await tenant.store.commits.commit([part(tenant, rows, of: replay, stored: ["{}"])])
        #expect(outcomes == [.overStorageLimit])
        #expect(
            try await tenant.store.quarantine.extent(of: tenant.pipeline, matching: QuarantineFilter()).count == 1
        )
        let ledger = try await tenant.store.commits.ledger(of: tenant.pipeline)
        #expect(ledger[.received] == 1 && ledger[.quarantined] == 1 && ledger.difference == 0)
    }
}

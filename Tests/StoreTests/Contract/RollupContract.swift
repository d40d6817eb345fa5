import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import TestSupport
import Testing

@Suite("Contract: roll-ups", .closingStores)
struct RollupContract {
    @Test("whatever comes in whatever order, roll-ups answer as the rows do", arguments: Engines.all)
    func equality(_ factory: StoreFactory) async throws {
        let seed = UInt64.random(in: 0 ... .max)
        try await equality(factory, seed: seed)
    }

    private func equality(_ factory: StoreFactory, seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let trial = try await RollupTrial(factory, seed: seed)
        for step in 0..<120 {
            switch Int.random(in: 0..<12, using: &random) {
            case 0: try await trial.register(&random)
            case 1...3: try await trial.fillSome(&random)
            case 4: try await trial.forgetOne(&random)
            case 5: trial.tenant.clock.advance(.seconds(Int.random(in: 1...5_000, using: &random)))
            default: try await trial.commit(&random)
            }
            if step % 30 == 29 { try await trial.compare(10, &random) }
        }
        try await trial.registerAll()
        try await trial.compare(30, &random)
        try await trial.fillAll()
        let rolledUp = try await trial.compare(250, &random)
        #expect(rolledUp > 60, "seed \(seed): only \(rolledUp) answers came from roll-ups")
        for _ in 0..<10 { try await trial.commit(&random) }
        try await trial.compare(60, &random)
    }

    @Test("no record is counted twice when two fill at once, or filling stops and goes on", arguments: Engines.all)
    func filling(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        for minute in 0..<200 {
            let time = tenant.clock.now - .seconds(minute * 37)
            _ = try await tenant.store.commits.commit([tenant.part(["{\"v\":1}", "{\"v\":2}"], at: time)])
        }
        let rollups = tenant.store.rollups
        let pipeline = tenant.pipeline
        try await rollups.rollUp(["$.v", "*"], of: pipeline)
        // A second time changes nothing.
        try await rollups.rollUp(["$.v", "*"], of: pipeline)
        _ = try await tenant.store.commits.commit([tenant.part(["{\"v\":10}"])])
        #expect(try await rollups.fill("$.v", of: pipeline, limit: 30))
        let half = try await sum(tenant)
        #expect(!half.isRolledUp && half.rows == [[610, 401]])
        try await withThrowingTaskGroup { group in
            for _ in 0..<2 {
                group.addTask {
                    for field in ["$.v", "*"] {
                        while try await rollups.fill(field, of: pipeline, limit: 7) {}
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await rollups.rolledFields(of: pipeline).map(\.state) == [.ready, .ready])
        #expect(try await rollups.fill("$.v", of: pipeline, limit: 30) == false)
        let whole = try await sum(tenant)
        #expect(whole.isRolledUp && whole.rows == [[610, 401]])
    }

    @Test("a field that has more than numbers is answered from the rows", arguments: Engines.all)
    func otherValues(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        _ = try await tenant.store.commits.commit([tenant.part(["{\"v\":1,\"old\":\"x\"}", "{\"v\":null}", "{}"])])
        try await tenant.store.rollups.rollUp(["$.v", "$.old", "*"], of: tenant.pipeline)
        for field in ["$.v", "$.old", "*"] {
            while try await tenant.store.rollups.fill(field, of: tenant.pipeline, limit: 1) {}
        }
        let fields = try await tenant.store.rollups.rolledFields(of: tenant.pipeline)
        #expect(fields.first { $0.name == "$.old" }?.hasOtherValues == true)
        #expect(fields.first { $0.name == "$.v" } == RolledField(name: "$.v", state: .ready))
        #expect(try await sum(tenant).isRolledUp)
        for value in ["\"2\"", "true", "{}", "90071992547409930"] {
            _ = try await tenant.store.commits.commit([tenant.part(["{\"v\":\(value)}"])])
            let field = try await tenant.store.rollups.rolledFields(of: tenant.pipeline).first { $0.name == "$.v" }
            #expect(field?.hasOtherValues == true)
            #expect(try await sum(tenant).isRolledUp == false)
        }
    }

    @Test("a field that is forgotten and wanted again counts each record once", arguments: Engines.all)
    func again(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let rollups = tenant.store.rollups
        for _ in 0..<3 {
            _ = try await tenant.store.commits.commit([tenant.part(["{\"v\":2}"])])
            try await rollups.rollUp(["$.v", "*"], of: tenant.pipeline)
            _ = try await tenant.store.commits.commit([tenant.part(["{\"v\":3}"])])
            for field in ["$.v", "*"] { while try await rollups.fill(field, of: tenant.pipeline, limit: 100) {} }
            let answer = try await sum(tenant)
            let count = Double(answer.rows[0][1].intValue ?? 0)
            #expect(answer.isRolledUp && answer.rows[0][0].doubleValue == count * 2.5)
            try await rollups.forget(["$.v"], of: tenant.pipeline)
            #expect(try await rollups.rolledFields(of: tenant.pipeline).map(\.name) == ["*"])
        }
        #expect(try await sum(tenant).rows == [[15, 6]])
        #expect(try await rollups.rolledPipelines() == [tenant.pipeline])
        try await tenant.store.resources.apply([.delete(Resources.pipelines, id: tenant.pipeline)], in: .system)
        #expect(try await rollups.rolledPipelines().isEmpty)
        try await rollups.rollUp(["$.v"], of: tenant.pipeline)
        #expect(try await rollups.rolledPipelines().isEmpty)
    }

    @Test("expired buckets are not shown and go", arguments: Engines.all)
    func retention(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory, retentionDays: 2)
        tenant.clock.advance(.milliseconds(1_234_567))
        try await tenant.store.rollups.rollUp(["$.v", "*"], of: tenant.pipeline)
        for field in ["$.v", "*"] { _ = try await tenant.store.rollups.fill(field, of: tenant.pipeline, limit: 1) }
        for hour in 0..<100 {
            let time = tenant.clock.now - .seconds(hour * 3_600 - hour % 7 * 11)
            _ = try await tenant.store.commits.commit([
                tenant.part(["{\"v\":\(hour)}"], at: min(time, tenant.clock.now))
            ])
        }
        let before = try await sum(tenant)
        #expect(before.isRolledUp)
        let rows = try await raw(tenant)
        #expect(before.rows == rows.rows)
        var deleted = 0
        while case let some = try await tenant.store.expiry.deleteExpired(now: tenant.clock.now, limit: 40), some > 0 {
            #expect(some <= 40)
            deleted += some
        }
        let expired = 100 - (rows.rows[0][1].intValue ?? 0)
        // Of each field a minute and an hour for each record, and the days that are over.
        #expect(deleted > expired * 5)
        #expect(try await sum(tenant).rows == before.rows)
        #expect(try await raw(tenant).rows == before.rows)
    }

    private func query(_ tenant: Tenant) -> DataQuery {
        DataQuery(
            pipeline: tenant.pipeline,
            fields: [.init(path: "v", aggregate: .sum), .init(path: "*", aggregate: .count)],
            range: .last(.seconds(30 * 86_400))
        )
    }

    private func sum(_ tenant: Tenant) async throws -> DataResult {
        try await tenant.store.records.answer(query(tenant), now: tenant.clock.now)
    }

    private func raw(_ tenant: Tenant) async throws -> DataResult {
        try await tenant.store.records.answer(RollupTrial.raw(query(tenant)), now: tenant.clock.now)
    }
}

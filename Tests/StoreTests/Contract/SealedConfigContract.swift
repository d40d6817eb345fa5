import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import TestSupport
import Testing

@testable import DashPostgres
@testable import DashSQLite

@Suite("Contract: sealed configs", .closingStores)
struct SealedConfigContract {
    /// The same rows, read and written with other keys.
    private func rows(of store: Store, _ clock: HeldClock, keys: [String]) throws -> SQLResourceStore {
        let database: any SQLDatabase =
            switch store.engine {
            case let engine as SQLiteEngine: engine.database
            case let engine as PostgresEngine: PrimaryDatabase(database: engine.database)
            default: throw Unexpected("another engine")
            }
        return SQLResourceStore(database: database, sealer: TurningSealer(keys: keys), clock: clock) { _, _, _ in nil }
    }

    @Test("a config without its key is one broken row, and the list answers", arguments: Engines.all)
    func missingKey(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let other = try rows(of: tenant.store, tenant.clock, keys: ["new"])
        let sealedAnew = UUID.v7()
        try await other.apply(
            [.insert(Resources.pipelines, Tenant.pipelineRow(sealedAnew, team: tenant.team))],
            in: .team(tenant.team)
        )
        let listed = try await other.list(Resources.pipelines, ResourceQuery(), in: .team(tenant.team)).rows
        #expect(Set(listed.map(\.id)) == [tenant.pipeline, sealedAnew])
        let broken = try #require(listed.first { $0.id == tenant.pipeline })
        #expect(broken["source_config"] == .null)
        #expect(broken["status"] == "error")
        #expect(broken.string("error_message")?.contains("DASH_SECRET_KEYS") == true)
        #expect(broken.unreadable.keys.sorted() == ["source_config"])
        let whole = try #require(listed.first { $0.id == sealedAnew })
        #expect(whole["source_config"] == ["secrets": ["hush-hush"]])
        #expect(whole.unreadable.isEmpty)
        // A config that is entered anew mends it, and what was not named stays.
        let anew = ResourceRow(id: tenant.pipeline, values: ["source_config": ["auth": "none"]])
        let mended = try #require(
            try await other.apply([.update(Resources.pipelines, anew)], in: .team(tenant.team)).first
        )
        #expect(mended["source_config"] == ["auth": "none"])
        #expect(mended["status"] == "active")
    }

    @Test("resealing leaves what configs hold, and needs no old key after", arguments: Engines.all)
    func reseals(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        for _ in 0..<5 { _ = try await tenant.addPipeline(type: "realtime") }
        let both = try rows(of: tenant.store, tenant.clock, keys: ["new", "sealed"])
        var total = ResealedRows()
        while true {
            let rows = try await both.reseal(Resources.pipelines, after: total.last, limit: 2)
            total.resealed += rows.resealed
            total.current += rows.current
            #expect(rows.unreadable.isEmpty)
            guard let last = rows.last else { break }
            total.last = last
        }
        #expect(total.resealed == 6)
        let again = try await both.reseal(Resources.pipelines, after: nil, limit: 100)
        #expect(again.resealed == 0)
        #expect(again.current == 6)
        let new = try rows(of: tenant.store, tenant.clock, keys: ["new"])
        for row in try await new.list(Resources.pipelines, ResourceQuery(), in: .team(tenant.team)).rows {
            #expect(row["source_config"] == ["secrets": ["hush-hush"]])
        }
        let old = try await tenant.store.resources.reseal(Resources.pipelines, after: nil, limit: 100)
        #expect(old.unreadable.count == 6)
        #expect(old.resealed == 0)
    }
}

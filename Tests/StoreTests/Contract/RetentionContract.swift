import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import Testing

@Suite("Contract: retention and storage", .closingStores)
struct RetentionContract {
    @Test("expired rows vanish at once, go in batches, and free the storage", arguments: Engines.all)
    func expiry(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory, retentionDays: 1)
        let old = (0..<30).map { "{\"old\":\($0)}" }
        _ = try await tenant.store.commits.commit([tenant.part(old)])
        tenant.clock.advance(.seconds(86_400 + 1))
        _ = try await tenant.store.commits.commit([tenant.part(["{\"new\":\"é\"}"])])
        #expect(try await tenant.stored() == ["{\"new\":\"é\"}"])
        let page = try await tenant.store.records.page(
            of: tenant.pipeline,
            before: nil,
            limit: 100,
            now: tenant.clock.now
        )
        #expect(page.count == 1)
        let count = DataQuery(
            pipeline: tenant.pipeline,
            fields: [.init(path: "*", aggregate: .count)],
            range: .last(.seconds(30 * 86_400))
        )
        #expect(try await tenant.store.records.answer(count, now: tenant.clock.now).rows == [[1]])
        #expect(try await tenant.store.expiry.deleteExpired(now: tenant.clock.now, limit: 20) == 20)
        #expect(try await tenant.store.expiry.deleteExpired(now: tenant.clock.now, limit: 20) == 10)
        #expect(try await tenant.store.expiry.deleteExpired(now: tenant.clock.now, limit: 20) == 0)
        let ledger = try await tenant.store.commits.ledger(of: tenant.pipeline)
        #expect(ledger[.stored] == 31 && ledger.difference == 0)
        #expect(ledger[.bytesStored] == Int64("{\"new\":\"é\"}".utf8.count))
        #expect(abs(try await tenant.usedGB() * 1e9 - 12) < 0.5)
    }

    @Test("rows that a delivery still needs are spared until it is settled", arguments: Engines.all)
    func spares(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory, retentionDays: 1)
        let sink = try await tenant.addSink()
        var part = tenant.part(["{\"a\":1}"])
        _ = try await tenant.store.commits.commit([part])
        part.lanes = [.sink(sink)]
        _ = try await tenant.store.commits.commit([part])
        tenant.clock.advance(.seconds(2 * 86_400))
        #expect(try await tenant.store.expiry.deleteExpired(now: tenant.clock.now, limit: 100) == 1)
        let delivery = try #require(
            try await tenant.store.nextDeliveries(of: .sink(sink), limit: 1, now: tenant.clock.now).first
        )
        #expect(delivery.records.count == 1)
        try await tenant.store.deliveries.settle([delivery.id], as: .delivered, now: tenant.clock.now)
        #expect(try await tenant.store.expiry.deleteExpired(now: tenant.clock.now, limit: 100) == 1)
        #expect(try await tenant.usedGB() == 0)
    }

    @Test("storage_used_gb is within 1 % of the stored bytes", arguments: Engines.all)
    func accounting(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        var bytes = 0
        for round in 0..<20 {
            let texts = (0..<100).map { "{\"n\":\($0),\"t\":\"\(String(repeating: "ü", count: round * 3))\"}" }
            bytes += texts.reduce(0) { $0 + $1.utf8.count }
            _ = try await tenant.store.commits.commit([tenant.part(texts)])
        }
        let used = try await tenant.usedGB() * 1e9
        #expect(abs(used - Double(bytes)) <= Double(bytes) * 0.01)
    }
}

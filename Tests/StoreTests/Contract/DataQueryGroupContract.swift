import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import Testing

@Suite("Contract: groups of data queries", .closingStores)
struct DataQueryGroupContract {
    /// Twelve stations that report once in ten seconds for ten minutes, station n with n, and one station once.
    private func tenant(_ factory: StoreFactory) async throws -> Tenant {
        let clock = HeldClock(Timestamp(seconds: 1_790_000_400))
        let tenant = try await Tenant(try await factory.make(clock), clock)
        var group: [BatchCommit] = []
        for step in 0..<60 {
            let texts = (1...12).map { "{\"station\":\"s\($0)\",\"v\":\($0)}" }
            group.append(tenant.part(texts, at: clock.now - .seconds((60 - step) * 10)))
        }
        group.append(tenant.part(["{\"station\":null,\"v\":100}"], at: clock.now - .seconds(600)))
        _ = try await tenant.store.commits.commit(group)
        return tenant
    }

    private func answer(_ tenant: Tenant, _ json: JSONValue) async throws -> DataResult {
        var object = try #require(json.objectValue)
        object["pipeline_id"] = .string(tenant.pipeline.text)
        return try await tenant.store.records.answer(try DataQuery(json: .object(object)), now: tenant.clock.now)
    }

    private static let sum: JSONValue = [["path": "v", "as": "s", "aggregate": "sum"]]

    @Test("each column says what it is for", arguments: Engines.all)
    func roles(_ factory: StoreFactory) async throws {
        let tenant = try await tenant(factory)
        let series = try await answer(
            tenant,
            ["fields": Self.sum, "group_by": ["v"], "bucket": "1m", "range": ["last": "15m"]]
        )
        #expect(series.columns.map(\.role) == [.time, .group, .measure])
        #expect(series.columns.map(\.type) == ["time", "number", "number"])
        let raw = try await answer(tenant, ["fields": ["ingested_at", "station"], "limit": 1])
        #expect(raw.columns.map(\.role) == [.time, .measure])
        let newest = try await answer(tenant, ["fields": [["path": "ingested_at", "aggregate": "max"]]])
        #expect(newest.columns.map(\.role) == [.measure])
    }

    @Test("a limit counts buckets: twelve series reach over the whole range", arguments: Engines.all)
    func buckets(_ factory: StoreFactory) async throws {
        let tenant = try await tenant(factory)
        let whole = try await answer(
            tenant,
            ["fields": Self.sum, "group_by": ["station"], "bucket": "10s", "range": ["last": "15m"], "limit": 100]
        )
        #expect(whole.rows.count == 721 && !whole.isTruncated)
        #expect(whole.groups == .init(shown: 13, total: 13))
        // The oldest bucket first, its groups in the order of values.
        #expect(whole.rows.first?.dropFirst() == [.null, 100])
        #expect(whole.rows[1].dropFirst() == ["s1", 1] && whole.rows[2].dropFirst() == ["s10", 10])
        let cut = try await answer(
            tenant,
            ["fields": Self.sum, "group_by": ["station"], "bucket": "10s", "range": ["last": "15m"], "limit": 5]
        )
        #expect(cut.rows.count == 60 && cut.isTruncated && cut.groups == .init(shown: 12, total: 13))
        #expect(Set(cut.rows.map { $0[0] }).count == 5)
        let plain = try await answer(
            tenant,
            ["fields": Self.sum, "bucket": "10s", "range": ["last": "15m"], "limit": 60]
        )
        #expect(plain.rows.count == 60 && !plain.isTruncated && plain.groups == nil)
    }

    @Test("the groups with the most are shown, whole, and how many there are", arguments: Engines.all)
    func groups(_ factory: StoreFactory) async throws {
        let tenant = try await tenant(factory)
        let series = try await answer(
            tenant,
            ["fields": Self.sum, "group_by": ["station"], "bucket": "1m", "range": ["last": "15m"], "group_limit": 2]
        )
        #expect(Set(series.rows.map { $0[1] }) == ["s12", "s11"] && series.rows.count == 20)
        #expect(series.isTruncated && series.groups == .init(shown: 2, total: 13))
        let most = try await answer(
            tenant,
            ["fields": Self.sum, "group_by": ["station"], "order": "desc", "limit": 3]
        )
        #expect(most.rows == [["s12", 720], ["s11", 660], ["s10", 600]])
        #expect(most.isTruncated && most.groups == .init(shown: 3, total: 13))
        let largest = try await answer(
            tenant,
            ["fields": Self.sum, "group_by": ["station"], "order": "asc", "group_limit": 3]
        )
        #expect(largest.rows == [["s10", 600], ["s11", 660], ["s12", 720]])
    }

    @Test("more rows than an answer may have take groups from it, not the older half", arguments: Engines.all)
    func overflow(_ factory: StoreFactory) async throws {
        let clock = HeldClock(Timestamp(seconds: 1_790_000_400))
        let tenant = try await Tenant(try await factory.make(clock), clock)
        let group = (0..<250).map { step in
            let texts = (0..<50).map { "{\"station\":\($0),\"v\":\($0)}" }
            return tenant.part(texts, at: clock.now - .seconds((250 - step) * 10))
        }
        _ = try await tenant.store.commits.commit(group)
        let answer = try await answer(
            tenant,
            ["fields": Self.sum, "group_by": ["station"], "bucket": "10s", "range": ["last": "2500s"]]
        )
        #expect(answer.rows.count <= DataQueryPlan.maximumRows && answer.isTruncated)
        #expect(answer.groups == .init(shown: 39, total: 50))
        #expect(answer.rows.count == 39 * 250)
        #expect(answer.rows.last?.dropFirst() == [49, 49])
    }

    @Test("an answer says as of when it is", arguments: Engines.all)
    func asOf(_ factory: StoreFactory) async throws {
        let tenant = try await tenant(factory)
        let newest = tenant.clock.now - .seconds(10)
        #expect(try await answer(tenant, ["fields": ["v"], "range": ["last": "5s"]]).asOf == newest)
        #expect(try await answer(tenant, ["fields": Self.sum, "range": ["last": "1h"]]).asOf == newest)
        tenant.clock.advance(.seconds(200_000))
        #expect(try await answer(tenant, ["fields": ["v"], "range": ["last": "5m"]]).asOf == newest)
        let past = try await answer(
            tenant,
            ["fields": ["v"], "range": ["from": "2020-01-01T00:00:00Z", "to": "2020-01-02T00:00:00Z"]]
        )
        #expect(past.asOf == nil && past.rows.isEmpty)
    }
}

import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import Testing

@Suite("Contract: data queries compare values", .closingStores)
struct DataQueryValueContract {
    private func tenant(_ factory: StoreFactory, _ texts: [String]) async throws -> Tenant {
        let clock = HeldClock()
        let tenant = try await Tenant(try await factory.make(clock), clock)
        _ = try await tenant.store.commits.commit([tenant.part(texts)])
        return tenant
    }

    private func rows(_ tenant: Tenant, _ query: DataQuery) async throws -> [[JSONValue]] {
        try await tenant.store.records.answer(query, now: tenant.clock.now).rows
    }

    @Test("a key is found however it was spelled, and any key can be asked for", arguments: Engines.all)
    func keys(_ factory: StoreFactory) async throws {
        let tenant = try await tenant(
            factory,
            [#"{"temp\u00e9rature":21.5,"km\/h":88,"":1,"q\"q":2,"a.b":3,"it's":4}"#]
        )
        let paths = ["temp\u{e9}rature", "km/h", "$['']", #"$["q\"q"]"#, "$['a.b']", #"$['it\'s']"#]
        let query = DataQuery(pipeline: tenant.pipeline, fields: paths.map { .init(path: $0) })
        #expect(try await rows(tenant, query) == [[21.5, 88, 1, 2, 3, 4]])
    }

    @Test("an id of 64 bits and a long decimal find themselves alone", arguments: Engines.all)
    func digits(_ factory: StoreFactory) async throws {
        let tenant = try await tenant(
            factory,
            [
                #"{"id":1269943055849660418,"d":0.12345678901234567890}"#,
                #"{"id":1269943055849660419,"d":0.12345678901234567891}"#,
                #"{"id":1269943055849660417,"d":0.1234567890123456789}"#,
            ]
        )
        func ids(_ path: String, _ op: DataQuery.Filter.Operator, _ value: String) async throws -> [String] {
            var query = DataQuery(pipeline: tenant.pipeline, fields: [.init(path: "id")])
            query.filters = [.init(path: path, op: op, value: try JSONValue(parsing: value))]
            return try await rows(tenant, query).map { $0[0].text }
        }
        #expect(try await ids("id", .eq, "1269943055849660418") == ["1269943055849660418"])
        #expect(try await ids("id", .gt, "1269943055849660418") == ["1269943055849660419"])
        #expect(try await ids("id", .le, "1269943055849660417") == ["1269943055849660417"])
        #expect(try await ids("d", .eq, "0.12345678901234567891") == ["1269943055849660419"])
        #expect(try await ids("d", .lt, "1.2345678901234567891e-1").count == 2)
        let extremes = DataQuery(
            pipeline: tenant.pipeline,
            fields: [
                .init(path: "id", alias: "a", aggregate: .min), .init(path: "id", alias: "b", aggregate: .max),
                .init(path: "id", alias: "c", aggregate: .last),
            ]
        )
        let found = try await rows(tenant, extremes).first?.map(\.text)
        #expect(found == ["1269943055849660417", "1269943055849660419", "1269943055849660417"])
    }

    @Test("spellings of one value make one group, null and missing another", arguments: Engines.all)
    func groups(_ factory: StoreFactory) async throws {
        let values = [
            "1", "1.0", "1e0", #""\u0061""#, #""a""#, "null", "[1,{\"x\":1,\"y\":2}]", "[1.0,{\"y\":2e0,\"x\":1}]",
            "\"1\"",
        ]
        let tenant = try await tenant(factory, values.map { "{\"k\":\($0)}" } + ["{}"])
        var query = DataQuery(pipeline: tenant.pipeline, fields: [.init(path: "*", aggregate: .count)], groupBy: ["k"])
        query.fields.insert(.init(path: "k"), at: 0)
        let expected: [[JSONValue]] = [
            [.null, 2], [1, 3], ["1", 1], ["a", 2], [[1, ["x": 1, "y": 2]], 2],
        ]
        #expect(try await rows(tenant, query) == expected)
    }

    @Test("an order by the last or first value is one of values", arguments: Engines.all)
    func order(_ factory: StoreFactory) async throws {
        let values = ["9", "10", "100", "-5", "2e1", "true", "\"z\"", "\"\u{FF5E}\"", "\"\u{1F600}\"", "[1]", "null"]
        let tenant = try await tenant(factory, values.enumerated().map { "{\"g\":\($0),\"v\":\($1)}" })
        for aggregate in [DataQuery.Aggregate.last, .first] {
            var query = DataQuery(
                pipeline: tenant.pipeline,
                fields: [.init(path: "v", aggregate: aggregate)],
                groupBy: ["g"],
                order: .desc
            )
            let sorted: [JSONValue] = [[1], "\u{1F600}", "\u{FF5E}", "z", 100, 20, 10, 9, -5, true, .null]
            #expect(
                try await rows(tenant, query).map { $0[1].intValue.map { .number(JSONNumber($0)) } ?? $0[1] } == sorted
            )
            query.filters = [.init(path: "v", op: .lt, value: 1_000)]
            query.limit = 3
            #expect(try await rows(tenant, query).map { $0[1].intValue } == [100, 20, 10])
        }
    }

    @Test("what is beyond a double's range can't be said", arguments: Engines.all)
    func range(_ factory: StoreFactory) async throws {
        let tenant = try await tenant(factory, [#"{"v":1.797e308}"#, #"{"v":1.797e308}"#])
        let query = DataQuery(
            pipeline: tenant.pipeline,
            fields: [.init(path: "v", alias: "s", aggregate: .sum), .init(path: "v", alias: "m", aggregate: .max)]
        )
        #expect(try await rows(tenant, query) == [[.null, 1.797e308]])
    }
}

import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import TestSupport
import Testing

@Suite("Contract: data queries", .closingStores)
struct DataQueryContract {
    /// Ten records, one every 30 s up to now: v = 1 … 10, rooms a and b in turn, the last without a value.
    private func tenant(_ factory: StoreFactory) async throws -> Tenant {
        let clock = HeldClock(Timestamp(seconds: 1_790_000_400))
        let tenant = try await Tenant(try await factory.make(clock), clock)
        for n in 1...10 {
            let value = n == 10 ? "null" : n == 2 ? "2.0" : "\(n)"
            let text =
                "{\"v\":\(value),\"room\":\"\(n % 2 == 0 ? "b" : "a")\",\"tags\":[\"t\(n % 3)\"],\"in\":{\"x y\":\(n)}}"
            let time = clock.now - .seconds((10 - n) * 30)
            _ = try await tenant.store.commits.commit([tenant.part([text], at: time)])
        }
        return tenant
    }

    private func rows(_ tenant: Tenant, _ json: JSONValue) async throws -> [[JSONValue]] {
        try await answer(tenant, json).rows
    }

    private func answer(_ tenant: Tenant, _ json: JSONValue) async throws -> DataResult {
        var object = try #require(json.objectValue)
        object["pipeline_id"] = .string(tenant.pipeline.text)
        return try await tenant.store.records.answer(try DataQuery(json: .object(object)), now: tenant.clock.now)
    }

    @Test("raw rows: exact numbers, the newest within the limit, in the order asked", arguments: Engines.all)
    func raw(_ factory: StoreFactory) async throws {
        let tenant = try await tenant(factory)
        let ascending = try await answer(
            tenant,
            ["fields": [["path": "v"], ["path": "room", "as": "r"]], "limit": 3]
        )
        #expect(ascending.rows == [[8, "b"], [9, "a"], [.null, "b"]])
        #expect(ascending.columns.map(\.name) == ["v", "r"])
        #expect(ascending.columns.map(\.type) == ["number", "string"])
        let descending = try await rows(tenant, ["fields": [["path": "$.in['x y']"]], "order": "desc", "limit": 2])
        #expect(descending == [[10], [9]])
        let exact = try await rows(
            tenant,
            ["fields": ["v"], "filters": [["path": "room", "op": "eq", "value": "b"]], "order": "asc"]
        )
        #expect(exact.first?.first?.text == "2.0")
        let time = try await answer(tenant, ["fields": ["ingested_at"], "limit": 1])
        #expect(time.rows == [[.string(tenant.clock.now.text)]] && time.columns[0].type == "time")
    }

    @Test("a question that the engine can't hold is answered in our words, or not at all", arguments: Engines.all)
    func tooMuch(_ factory: StoreFactory) async throws {
        let tenant = try await tenant(factory)
        let values = (1...1_000).map { JSONValue.number(JSONNumber($0)) }
        let filter: JSONValue = ["path": "v", "op": "in", "value": .array(values)]
        for count in [1, 20] {
            let question: JSONValue = ["fields": ["v"], "filters": .array(Array(repeating: filter, count: count))]
            do {
                #expect(try await answer(tenant, question).rows.count == 9)
            } catch let error as DashError {
                #expect(error.code == .invalid, "\(error)")
                #expect(error.message.hasPrefix("This asks for too much at once"))
            }
        }
    }

    @Test("aggregates over everything", arguments: Engines.all)
    func aggregates(_ factory: StoreFactory) async throws {
        let tenant = try await tenant(factory)
        let names = ["count", "sum", "avg", "min", "max", "first", "last", "p50", "p95", "p99"]
        let fields = names.map { name -> JSONValue in ["path": "v", "as": .string(name), "aggregate": .string(name)] }
        let values = try await rows(
            tenant,
            ["fields": .array(fields + [["path": "*", "as": "n", "aggregate": "count"]])]
        )
        let numbers = try #require(values.first).map { $0.doubleValue ?? -1 }
        let expected = [9, 45, 5, 1, 9, 1, 9, 5, 8.6, 8.92, 10]
        #expect(numbers.count == expected.count)
        for (found, wanted) in zip(numbers, expected) { #expect(abs(found - wanted) < 1e-9) }
    }

    @Test("buckets and groups", arguments: Engines.all)
    func buckets(_ factory: StoreFactory) async throws {
        let tenant = try await tenant(factory)
        let minutes = try await answer(
            tenant,
            ["fields": [["path": "v", "as": "s", "aggregate": "sum"]], "bucket": "1m", "range": ["last": "5m"]]
        )
        // 1 790 000 400 is a whole minute: two records lie in each of the minutes before it, the one without a value at it.
        #expect(minutes.columns.map(\.name) == ["time", "s"])
        #expect(minutes.rows.map { $0[1] } == [1, 5, 9, 13, 17, .null])
        #expect(minutes.rows.last?[0] == .string(tenant.clock.now.text))
        let grouped = try await rows(
            tenant,
            ["fields": ["room", ["path": "v", "as": "m", "aggregate": "max"]], "group_by": ["room"], "order": "asc"]
        )
        #expect(grouped == [["a", 9], ["b", 8]])
        let auto = try await answer(tenant, ["fields": [["path": "*", "aggregate": "count"]], "bucket": "auto"])
        #expect(auto.bucketWidth == .seconds(300))
        #expect(auto.rows.compactMap { $0[1].intValue }.reduce(0, +) == 10)
    }

    @Test("filters", arguments: Engines.all)
    func filters(_ factory: StoreFactory) async throws {
        let tenant = try await tenant(factory)
        func count(_ path: String, _ op: String, _ value: JSONValue) async throws -> JSONValue? {
            let filter: JSONValue = ["path": .string(path), "op": .string(op), "value": value]
            return try await rows(tenant, ["fields": [["path": "*", "aggregate": "count"]], "filters": [filter]]).first?
                .first
        }
        #expect(try await count("v", "eq", 2) == 1)
        #expect(try await count("v", "ne", 2) == 9)
        #expect(try await count("v", "gt", 7) == 2)
        #expect(try await count("v", "le", 3) == 3)
        #expect(try await count("v", "in", [1, 2, "3"]) == 2)
        #expect(try await count("room", "contains", "a") == 5)
        #expect(try await count("tags", "contains", "t1") == 4)
        #expect(try await count("nothing", "exists", true) == 0)
        #expect(try await count("nothing", "exists", false) == 10)
        #expect(try await count("v", "eq", .null) == 1)
        #expect(try await count("ingested_at", "ge", .string(tenant.clock.now.text)) == 1)
    }

    @Test("what would read too much is refused before it reads, and says what to narrow", arguments: Engines.all)
    func cost(_ factory: StoreFactory) async throws {
        let tenant = try await tenant(factory)
        // Counters are posted now and then.
        #expect(try await tenant.store.commits.ledger(of: tenant.pipeline)[.stored] == 10)
        func ask(_ cost: Int, _ json: JSONValue) async throws -> Int {
            var object = try #require(json.objectValue)
            object["pipeline_id"] = .string(tenant.pipeline.text)
            let query = try DataQuery(json: .object(object))
            return try await tenant.store.records.answer(query, within: QueryLimits(cost: cost), now: tenant.clock.now)
                .rows
                .count
        }
        let sums: JSONValue = ["fields": [["path": "v", "aggregate": "sum"]]]
        #expect(try await ask(10, sums) == 1)
        let refused = await #expect(throws: DashError.self) { _ = try await ask(9, sums) }
        #expect(refused?.code == .invalid)
        #expect(refused?.message.contains("more than 9 records") == true)
        #expect(refused?.issues.first?.pointer == "/range")
        let dear: JSONValue = ["fields": [["path": "v", "aggregate": "p99"]], "group_by": ["room"]]
        #expect(try await ask(40, dear) == 2)
        await #expect(throws: DashError.self) { _ = try await ask(39, dear) }
        let short: JSONValue = ["fields": [["path": "v", "aggregate": "sum"]], "range": ["last": "1m"]]
        #expect(try await ask(5, short) == 1, "a short range of a long history is cheap")
        #expect(try await ask(3, ["fields": ["v"], "limit": 3]) == 3, "raw rows are read up to their limit")
    }

    @Test("a query ends when its time is over, and when nobody waits for it any more", arguments: Engines.all)
    func ends(_ factory: StoreFactory) async throws {
        let clock = HeldClock(Timestamp(seconds: 1_790_000_400))
        let tenant = try await Tenant(try await factory.make(clock), clock)
        let names = (0..<50).map { "f\($0)" }
        let record = "{" + names.map { "\"\($0)\":\(Int.random(in: 0..<1_000))" }.joined(separator: ",") + "}"
        for _ in 0..<4 {
            _ = try await tenant.store.commits.commit([
                tenant.part(Array(repeating: record, count: 5_000), at: clock.now)
            ])
        }
        let fields = names.map { DataQuery.Field(path: $0, aggregate: .p99) }
        let query = DataQuery(pipeline: tenant.pipeline, fields: fields, groupBy: ["f0"], range: .last(.seconds(3_600)))
        let late = await #expect(throws: DashError.self) {
            _ = try await tenant.store.records.answer(
                query,
                within: QueryLimits(time: .milliseconds(1)),
                now: clock.now
            )
        }
        #expect(late?.code == .invalid)
        #expect(late?.message.contains("took longer") == true)
        // One that is done before it is cancelled tells nothing, and is asked once more.
        try await eventually("a query that nobody waits for ends") {
            let begun = Tally()
            let asking = Task {
                begun.add()
                return try await tenant.store.records.answer(
                    query,
                    within: QueryLimits(time: .seconds(600)),
                    now: clock.now
                )
            }
            try await eventually("it is asked") { begun.count == 1 }
            asking.cancel()
            do {
                _ = try await asking.value
                return false
            } catch is CancellationError {
                return true
            }
        }
        #expect(try await tenant.store.records.latest(of: tenant.pipeline, limit: 1, now: clock.now).count == 1)
    }

    @Test("a text in a query never becomes SQL", arguments: Engines.all)
    func injection(_ factory: StoreFactory) async throws {
        let tenant = try await tenant(factory)
        let nasty = "x' OR 1=1; DROP TABLE pipeline_data; --"
        let found = try await rows(
            tenant,
            [
                "fields": [["path": .string("$['" + "a) FROM users --" + "']")]],
                "filters": [["path": "room", "op": "eq", "value": .string(nasty)]],
            ]
        )
        #expect(found.isEmpty)
        #expect(try await tenant.stored().count == 10)
    }

    @Test("numbers at the edges are aggregated as they are, and what no number can say is null", arguments: Engines.all)
    func edges(_ factory: StoreFactory) async throws {
        let names = ["sum", "avg", "min", "max", "first", "last", "p50", "p95"]
        let fields = names.map { name -> JSONValue in ["path": "v", "as": .string(name), "aggregate": .string(name)] }
        let least = -9_223_372_036_854_775_808.0
        let cases: [(values: [String], expected: [Double?])] = [
            (["-9223372036854775808"], Array(repeating: least, count: 8)),
            (["-9223372036854775808", "-9223372036854775808"], [2 * least] + Array(repeating: least, count: 7)),
            (["9223372036854775807", "1"], [-least, -least / 2, 1, -least, -least, 1, -least / 2, nil]),
            (["1.797e308", "1.797e308"], [nil, nil] + Array(repeating: 1.797e308, count: 6)),
            (["-1.797e308", "-1.797e308"], [nil, nil] + Array(repeating: -1.797e308, count: 6)),
        ]
        for (values, expected) in cases {
            let tenant = try await Tenant(factory)
            _ = try await tenant.store.commits.commit([tenant.part(values.map { "{\"v\":\($0)}" })])
            for query in [["fields": .array(fields)], ["fields": .array(fields), "bucket": "1h"]] as [JSONValue] {
                let row = try #require(try await rows(tenant, query).first).suffix(names.count)
                for (name, (found, wanted)) in zip(names, zip(row, expected)) where name != "p95" || wanted != nil {
                    #expect(found.isNull == (wanted == nil), "\(name) of \(values) is \(found)")
                    if let found = found.doubleValue, let wanted { #expect(found == wanted, "\(name) of \(values)") }
                }
            }
        }
    }

    @Test("a number beyond every double is null in what is computed", arguments: Engines.all)
    func beyond(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        _ = try await tenant.store.commits.commit([tenant.part(["{\"v\":1e400}", "{\"v\":1e400}"])])
        let fields = ["sum", "avg", "min", "max", "p50"].map { ["path": "v", "aggregate": .string($0)] as JSONValue }
        #expect(try await rows(tenant, ["fields": .array(fields)]) == [[.null, .null, .null, .null, .null]])
        try await tenant.store.rollups.rollUp(["$.v", "*"], of: tenant.pipeline)
        while try await tenant.store.rollups.fill("$.v", of: tenant.pipeline, limit: 10) {}
        #expect(try await rows(tenant, ["fields": .array(fields)]) == [[.null, .null, .null, .null, .null]])
    }
}

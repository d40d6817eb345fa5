import DashAPI
import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import HTTPTypes
import Testing

@Suite("Widgets")
struct WidgetTests {
    private func with(_ body: @escaping @Sendable (TestServer, TestAPI, Fixture) async throws -> Void) async throws {
        let server = try await TestServer()
        try await server.run { api in try await body(server, api, try await Fixture(server, try await Tenant(server))) }
    }

    private func query(_ pipeline: UUID) -> JSONValue {
        ["pipeline_id": .string(pipeline.text), "fields": [["path": "a", "aggregate": "sum"]]]
    }

    private func create(_ attributes: JSONValue, _ api: TestAPI, _ fixture: Fixture) async throws -> Answer {
        let link = ["dashboard": ("dashboards", fixture.dashboard.text)]
        return try await api.create("widgets", attributes, link, as: fixture.tenant.member)
    }

    @Test("queries are checked where they are written")
    func queries() async throws {
        try await with { server, api, fixture in
            let good = try await create(["type": "stat_card", "data_query": query(fixture.pipeline)], api, fixture)
            #expect(good.status == 201, "\(good.text)")
            let foreign = try await Fixture(server, try await Tenant(server))
            for id in [foreign.pipeline, UUID.v7()] {
                let bad = try await create(["type": "stat_card", "data_query": query(id)], api, fixture)
                #expect(bad.status == 422)
                #expect(bad.pointers == ["/data/attributes/data_query/pipeline_id"])
            }
            let broken: JSONValue = [
                "pipeline_id": .string(fixture.pipeline.text), "fields": [["path": "a", "aggregate": "most"]],
            ]
            let wrong = try await create(["type": "stat_card", "data_query": broken], api, fixture)
            #expect(wrong.status == 422)
            #expect(wrong.pointers.first?.hasPrefix("/data/attributes/data_query") == true)
        }
    }

    @Test("have a type that somebody shows, when they are made and ever after")
    func types() async throws {
        try await with { _, api, fixture in
            let odd = try await create(["type": "clock"], api, fixture)
            #expect(odd.status == 422)
            #expect(odd.pointers == ["/data/attributes/type"])
            #expect(odd.text.contains("must be one of stat_card, gauge, table, text"))
            let id = try await create(["type": "gauge"], api, fixture).id
            let turned = try await api.update("widgets", id, ["type": "clock"], as: fixture.tenant.member)
            #expect(turned.pointers == ["/data/attributes/type"])
            let named = try await api.update("widgets", id, ["type": "table"], as: fixture.tenant.member)
            #expect(named.attribute("widget_type") == "table")
        }
    }

    @Test(
        "places stay on the grid",
        arguments: [
            (["x": -1, "y": 0, "w": 1, "h": 1], "x"), (["x": 20, "y": 0, "w": 5, "h": 1], "w"),
            (["x": 0, "y": 0, "w": 0, "h": 1], "w"),
            (["x": 0, "y": 0, "w": 1], "h"), (["x": 0, "y": 0, "w": 1, "h": 1, "z": 1], "z"),
            (["x": "0", "y": 0, "w": 1, "h": 1], "x"),
        ] as [(JSONValue, String)]
    )
    func positions(position: JSONValue, key: String) async throws {
        try await with { _, api, fixture in
            let answer = try await create(["type": "text", "position": position], api, fixture)
            #expect(answer.pointers == ["/data/attributes/position/\(key)"])
        }
    }

    @Test("a change of what widgets read has the roll-ups looked at, in the same transaction")
    func rollups() async throws {
        try await with { server, api, fixture in
            let other = try await fixture.row(of: "pipelines")
            func looked() async throws -> [UUID: Int] {
                let jobs = try await server.rows(Resources.jobs, [.init("kind", .eq, "rollups.reconcile")])
                let ids = jobs.compactMap { $0["parameters"]["pipeline"]?.stringValue.flatMap(UUID.init(uuidString:)) }
                return Dictionary(grouping: ids) { $0 }.mapValues(\.count)
            }
            let id = try await create(["type": "gauge", "data_query": query(fixture.pipeline)], api, fixture).id
            #expect(try await looked() == [fixture.pipeline: 1])
            _ = try await api.update("widgets", id, ["config": ["title": "T"]], as: fixture.tenant.member)
            #expect(try await looked() == [fixture.pipeline: 1])
            _ = try await api.update("widgets", id, ["data_query": query(other)], as: fixture.tenant.member)
            #expect(try await looked() == [fixture.pipeline: 2, other: 1])
            _ = try await api.send(.delete, "dashboards/\(fixture.dashboard.text)", as: fixture.tenant.admin)
            #expect(try await looked()[other] == 2)
        }
    }

    @Test("dashboards know the pipelines that their widgets read")
    func links() async throws {
        try await with { server, api, fixture in
            let other = try await fixture.row(of: "pipelines")
            func linked() async throws -> Set<UUID> {
                let filter = [ResourceQuery.Filter("dashboard_id", .eq, .string(fixture.dashboard.text))]
                return Set(
                    try await server.rows(Resources.dashboardsPipelines, filter).compactMap { $0.uuid("pipeline_id") }
                )
            }
            let first = try await create(["type": "gauge", "data_query": query(fixture.pipeline)], api, fixture).id
            let second = try await create(["type": "gauge", "data_query": query(fixture.pipeline)], api, fixture).id
            #expect(try await linked() == [fixture.pipeline])
            _ = try await api.update("widgets", first, ["data_query": query(other)], as: fixture.tenant.member)
            #expect(try await linked() == [fixture.pipeline, other])
            _ = try await api.send(.delete, "widgets/\(second)", as: fixture.tenant.member)
            #expect(try await linked() == [other])
            _ = try await api.update("widgets", first, ["data_query": [:]], as: fixture.tenant.member)
            #expect(try await linked() == [])
            let parents = Set(server.changes.all.filter { $0.resource == "widgets" }.map(\.parent))
            #expect(parents == [fixture.dashboard])
        }
    }

    @Test("outlive their pipeline")
    func orphan() async throws {
        try await with { server, api, fixture in
            let other = try await fixture.row(of: "pipelines")
            let id = try await create(["type": "gauge", "data_query": query(other)], api, fixture).id
            _ = try await api.send(.delete, "pipelines/\(other.text)", as: fixture.tenant.admin)
            #expect(try await server.rows(Resources.dashboardsPipelines).isEmpty)
            let changed = try await api.update("widgets", id, ["config": ["title": "Old"]], as: fixture.tenant.member)
            #expect(changed.status == 200, "\(changed.text)")
        }
    }

    @Test("many at once on one dashboard leave its links true")
    func concurrent() async throws {
        try await with { server, api, fixture in
            let pipelines = try await (0..<8).asyncMap { _ in try await fixture.row(of: "pipelines") }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for pipeline in pipelines {
                    group.addTask {
                        let answer = try await create(["type": "gauge", "data_query": query(pipeline)], api, fixture)
                        #expect(answer.status == 201, "\(answer.text)")
                    }
                }
                try await group.waitForAll()
            }
            let linked = try await server.rows(Resources.dashboardsPipelines).compactMap { $0.uuid("pipeline_id") }
            #expect(Set(linked) == Set(pipelines))
            #expect(linked.count == pipelines.count)
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}

import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import HTTPTypes
import Testing

@testable import DashAPI

@Suite("Versions of mappings")
struct VersionTests {
    private static let rules: [JSONValue] = [
        [["kind": "required", "field": "a"]], [["kind": "required", "field": "b"]],
    ]

    private func with(_ body: @escaping @Sendable (TestServer, TestAPI, Tenant, Fixture) async throws -> Void)
        async throws
    {
        let server = try await TestServer()
        try await server.run { api in
            let tenant = try await Tenant(server)
            try await body(server, api, tenant, try await Fixture(server, tenant))
        }
    }

    private func create(_ api: TestAPI, _ fixture: Fixture, as caller: Caller) async throws -> String {
        let attributes: JSONValue = ["rules": Self.rules[0], "note": "first"]
        let links = ["pipeline": ("pipelines", fixture.pipeline.text)]
        let made = try await api.create("data_mappings", attributes, links, as: caller)
        #expect(made.status == 201, "\(made.text)")
        return made.id
    }

    private func versions(_ api: TestAPI, _ fixture: Fixture, as caller: Caller) async throws -> [JSONValue] {
        try await api.get("pipelines/\(fixture.pipeline.text)/data_mapping_versions?sort=number", as: caller).rows
    }

    @Test("each save leaves one with number, author and note; nothing new leaves none")
    func saves() async throws {
        try await with { server, api, tenant, fixture in
            let id = try await create(api, fixture, as: tenant.member)
            _ = try await api.update("data_mappings", id, ["rules": Self.rules[1]], as: tenant.manage)
            _ = try await api.update("data_mappings", id, ["rules": Self.rules[1]], as: tenant.member)
            let rows = try await versions(api, fixture, as: tenant.viewer)
            #expect(rows.count == 2)
            let attributes = rows.map { $0["attributes"] ?? .null }
            #expect(attributes.map { $0["number"] } == [1, 2])
            #expect(attributes.map { $0["note"] } == ["first", .null])
            #expect(attributes[0]["author"]?.stringValue?.hasPrefix("member-") == true)
            #expect(attributes[1]["author"]?.stringValue?.hasPrefix("token ") == true)
            #expect(attributes[1]["definition"]?["rules"] == Self.rules[1])
            #expect(attributes[1]["definition"]?["note"] == nil)
            let write = try await api.update(
                "data_mapping_versions",
                rows[0]["id"]?.stringValue ?? "",
                [:],
                as: tenant.owner
            )
            #expect(write.status == 405)
        }
    }

    @Test("what came about without a save is kept before it is overwritten")
    func unsaved() async throws {
        try await with { server, api, tenant, fixture in
            let id = try await create(api, fixture, as: tenant.member)
            let followed: [String: JSONValue] = ["source_schema": ["type": "object"]]
            let row = ResourceRow(id: try #require(UUID(uuidString: id)), values: followed)
            try await server.store.resources.apply([.update(Resources.dataMappings, row)], in: .system)
            _ = try await api.update("data_mappings", id, ["rules": []], as: tenant.member)
            let attributes = try await versions(api, fixture, as: tenant.viewer).map { $0["attributes"] ?? .null }
            #expect(attributes.map { $0["number"] } == [1, 2, 3])
            #expect(attributes[1]["author"] == .null)
            #expect(attributes[1]["definition"]?["source_schema"] == ["type": "object"])
        }
    }

    @Test("are compared with the one before or any other, and saved again as a new one")
    func compareAndRestore() async throws {
        try await with { server, api, tenant, fixture in
            let mapping = try await create(api, fixture, as: tenant.member)
            _ = try await api.update("data_mappings", mapping, ["rules": Self.rules[1]], as: tenant.member)
            let ids = try await versions(api, fixture, as: tenant.viewer).map { $0["id"]?.stringValue ?? "" }
            let path = "data_mapping_versions/"
            let compared = try await api.send(.post, path + ids[1] + "/compare", as: tenant.viewer)
            #expect(compared.status == 200, "\(compared.text)")
            #expect(compared.attribute("from") == 1 && compared.attribute("to") == 2)
            let difference: JSONValue = ["pointer": "/rules/0/field", "before": "a", "after": "b"]
            #expect(compared.attribute("differences") == [difference])
            let same = try await api.send(.post, path + ids[1] + "/compare", ["with": 2], as: tenant.viewer)
            #expect(same.attribute("differences") == [])
            let first = try await api.send(.post, path + ids[0] + "/compare", as: tenant.viewer)
            #expect(first.attribute("from") == .null)
            let missing = try await api.send(.post, path + ids[0] + "/compare", ["with": 9], as: tenant.viewer)
            #expect(missing.status == 404)
            let wrong = try await api.send(.post, path + ids[0] + "/compare", ["width": 9], as: tenant.viewer)
            #expect(wrong.status == 422)

            let restored = try await api.send(.post, path + ids[0] + "/restore", as: tenant.member)
            #expect(restored.status == 200 && restored.attribute("number") == 3, "\(restored.text)")
            #expect(restored.attribute("note") == "Version 1 again")
            #expect(
                try await api.get("data_mappings/" + mapping, as: tenant.viewer).attribute("rules") == Self.rules[0]
            )
            _ = try await api.send(.delete, "data_mappings/" + mapping, as: tenant.member)
            let anew = try await api.send(.post, path + ids[1] + "/restore", as: tenant.member)
            #expect(anew.attribute("number") == 4)
            #expect(try await server.rows(Resources.dataMappings).first?["rules"] == Self.rules[1])
        }
    }
}

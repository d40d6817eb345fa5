import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import HTTPTypes
import Testing

@testable import DashAPI

@Suite("Validation")
struct ValidationTests {
    private func with(_ body: @escaping @Sendable (TestServer, TestAPI, Tenant) async throws -> Void) async throws {
        let server = try await TestServer()
        try await server.run { api in try await body(server, api, try await Tenant(server)) }
    }

    private static let good: JSONValue = [
        "name": "P", "type": "polling", "interval_seconds": 5, "source_type": "http",
        "source_config": ["url": "https://example.org"],
    ]

    private func changed(_ name: String, _ value: JSONValue?) -> JSONValue {
        var object = Self.good.objectValue ?? JSONObject()
        object[name] = value
        return .object(object)
    }

    @Test(
        "each bad value of a pipeline is found",
        arguments: [
            ("name", nil), ("name", ""), ("name", "   "), ("name", 5), ("name", .null), ("name", "two\nlines"),
            ("name", .string(String(repeating: "x", count: 121))), ("type", "other"), ("type", nil), ("type", .null),
            ("interval_seconds", 0), ("interval_seconds", 2_592_001), ("interval_seconds", 1.5),
            ("interval_seconds", "5"),
            ("interval_seconds", true), ("misfire_policy", "never"), ("source_type", nil), ("source_type", ""),
            ("source_config", []), ("source_config", .null), ("retention_days", 0), ("persist_data", "yes"),
            ("persist_data", .null), ("source_cursor", [:]), ("team_id", "x"), ("colour", "red"),
            ("id", "x"), ("timezone", "Mars/Olympus"),
        ] as [(String, JSONValue?)]
    )
    func pipelines(name: String, value: JSONValue?) async throws {
        try await with { server, api, tenant in
            let answer = try await api.create("pipelines", changed(name, value), as: tenant.member)
            #expect(answer.status == 422, "\(answer.text)")
            let place = name == "type" && value == nil ? "pipeline_type" : name
            #expect(answer.pointers == ["/data/attributes/\(place)"])
            #expect(try await server.rows(Resources.pipelines).isEmpty)
            #expect(try await server.rows(Resources.auditEvents, [.init("resource_type", .eq, "pipelines")]).isEmpty)
        }
    }

    @Test(
        "what Dash itself writes is taken where it says what is true anyway, and otherwise forbidden",
        arguments: [
            ("status", "active", true), ("status", "paused", false), ("error_message", "x", false),
            ("error_message", .null, true), ("failure_count", 0, true), ("failure_count", 1, false),
            ("inserted_at", "2026-01-01T00:00:00Z", false),
        ] as [(String, JSONValue, Bool)]
    )
    func readOnlyAtCreation(name: String, value: JSONValue, isTaken: Bool) async throws {
        try await with { _, api, tenant in
            let answer = try await api.create("pipelines", changed(name, value), as: tenant.member)
            #expect(answer.status == (isTaken ? 201 : 403), "\(answer.text)")
            #expect(answer.pointers == (isTaken ? [] : ["/data/attributes/\(name)"]))
        }
    }

    @Test("everything wrong comes at once, the engine's findings too")
    func allAtOnce() async throws {
        try await with { _, api, tenant in
            let attributes: JSONValue = [
                "name": "", "type": "none", "interval_seconds": -1, "colour": "red", "status": "paused",
                "source_type": "http", "source_config": [:],
            ]
            let answer = try await api.create("pipelines", attributes, as: tenant.member)
            let wanted = ["name", "type", "interval_seconds", "colour", "status", "source_config/url"]
            #expect(Set(answer.pointers) == Set(wanted.map { "/data/attributes/" + $0 }))
            #expect(answer.status == 400)
            for error in answer.errors {
                let isForbidden = error["source"]?["pointer"] == "/data/attributes/status"
                #expect(error["code"] == (isForbidden ? "forbidden" : "invalid"))
                #expect(error["status"] == (isForbidden ? "403" : "422"))
                #expect(error["detail"]?.stringValue != nil)
            }
        }
    }

    @Test("nullable, defaulted and large values are fine")
    func good() async throws {
        try await with { _, api, tenant in
            let answer = try await api.create("pipelines", changed("interval_seconds", .null), as: tenant.member)
            #expect(answer.status == 201, "\(answer.text)")
            #expect(answer.attribute("interval_seconds").isNull)
            #expect(answer.attribute("misfire_policy") == "latest")
            #expect(answer.attribute("persist_data") == true)
            #expect(answer.attribute("status") == "active")
        }
    }

    @Test("what is fixed at creation stays")
    func createOnly() async throws {
        try await with { server, api, tenant in
            let id = try await api.create("pipelines", Self.good, as: tenant.member).id
            let same = try await api.update("pipelines", id, ["type": "polling", "name": "Q"], as: tenant.member)
            #expect(same.status == 200, "\(same.text)")
            let other = try await api.update("pipelines", id, ["type": "realtime"], as: tenant.member)
            #expect(other.status == 403)
            #expect(other.pointers == ["/data/attributes/type"])
            let named = try await api.update("pipelines", id, ["pipeline_type": "realtime"], as: tenant.member)
            #expect(named.pointers == ["/data/attributes/pipeline_type"])
            let fixture = try await Fixture(server, tenant)
            let sink = try await fixture.row(of: "pipeline_sinks").text
            let document = TestAPI.document("pipeline_sinks", sink, [:], ["pipeline": ("pipelines", id)])
            let moved = try await api.send(.patch, "pipeline_sinks/\(sink)", document, as: tenant.member)
            #expect(moved.status == 403)
            #expect(moved.pointers == ["/data/relationships/pipeline"])
            let nowhere = TestAPI.document("pipeline_sinks", sink, [:], ["pipeline": ("pipelines", UUID.v7().text)])
            let lost = try await api.send(.patch, "pipeline_sinks/\(sink)", nowhere, as: tenant.member)
            #expect(lost.status == 404)
            #expect(lost.pointers == ["/data/relationships/pipeline"])
            let cut: JSONValue = [
                "data": [
                    "type": "pipeline_sinks", "id": .string(sink), "relationships": ["pipeline": ["data": nil]],
                ]
            ]
            let refused = try await api.send(.patch, "pipeline_sinks/\(sink)", cut, as: tenant.member)
            #expect(refused.status == 403)
            #expect(refused.pointers == ["/data/relationships/pipeline"])
        }
    }

    @Test("names are taken once a team")
    func conflicts() async throws {
        try await with { server, api, tenant in
            #expect(try await api.create("pipelines", Self.good, as: tenant.member).status == 201)
            let again = try await api.create("pipelines", Self.good, as: tenant.member)
            #expect(again.status == 409)
            #expect(again.pointers == ["/data/attributes/name"])
            let other = try await Tenant(server)
            #expect(try await api.create("pipelines", Self.good, as: other.member).status == 201)
            let fixture = try await Fixture(server, tenant)
            let document = try await fixture.creation(of: "data_mappings")
            #expect(try await api.send(.post, "data_mappings", document, as: tenant.member).status == 201)
            let second = try await api.send(.post, "data_mappings", document, as: tenant.member)
            #expect(second.status == 409)
            #expect(second.pointers == ["/data/relationships/pipeline"])
        }
    }

    @Test("a parent is required, and must be the team's")
    func parents() async throws {
        try await with { server, api, tenant in
            let attributes: JSONValue = ["sink_type": "webhook", "sink_config": [:]]
            let none = try await api.create("pipeline_sinks", attributes, as: tenant.member)
            #expect(none.status == 422)
            #expect(none.pointers == ["/data/relationships/pipeline"])
            let other = try await Fixture(server, Tenant(server))
            for id in [other.pipeline, UUID.v7()] {
                let link = ["pipeline": ("pipelines", id.text)]
                let answer = try await api.create("pipeline_sinks", attributes, link, as: tenant.member)
                #expect(answer.status == 404)
                #expect(answer.pointers == ["/data/relationships/pipeline"])
            }
            let mine = ["team": ("teams", tenant.team.text)]
            #expect(try await api.create("dashboards", ["name": "D"], mine, as: tenant.member).status == 201)
            let theirs = ["team": ("teams", other.tenant.team.text)]
            let foreign = try await api.create("dashboards", ["name": "D"], theirs, as: tenant.member)
            #expect(foreign.status == 404)
            #expect(foreign.pointers == ["/data/relationships/team"])
        }
    }

    @Test(
        "slugs and addresses",
        arguments: [
            ("a", true), ("a-b-2", true), ("", false), ("-a", false), ("a-", false), ("A", false), ("a_b", false),
            ("ä", false),
            (String(repeating: "a", count: 63), true), (String(repeating: "a", count: 64), false),
        ]
    )
    func slugs(text: String, isValid: Bool) {
        #expect(Slug.isValid(text) == isValid)
    }

    @Test(
        "slugs made from names are slugs",
        arguments: ["Café data, 2nd", "???", "", "  Hello  World ", "日本", "Ada's team"]
    )
    func slugMaking(name: String) {
        #expect(Slug.isValid(Slug.make(from: name)))
        #expect(Slug.make(from: "Café data, 2nd") == "cafe-data-2nd")
        #expect(Slug.make(from: "Ada's team") == "adas-team")
    }

    @Test(
        "e-mail addresses",
        arguments: [
            ("Ada@Example.ORG", "ada@example.org"), ("  a@b.co ", "a@b.co"), ("a+b@c.de", "a+b@c.de"), ("a", nil),
            ("a@b", nil),
            ("@b.co", nil), ("a@", nil), ("a@b..co", nil), ("a@.co", nil), ("a b@c.de", nil), ("a@b@c.de", nil),
            ("<a@b.co>", nil), ("ａｄａ@example.org", "ada@example.org"),
            ("ada@bücher.example", "ada@xn--bcher-kva.example"),
            ("ada@BU\u{308}CHER.example", "ada@xn--bcher-kva.example"), ("ada@example。org", "ada@example.org"),
            ("a\u{200B}da@example.org", nil), ("\u{430}da@example.org", nil), ("ada@ex\u{430}mple.org", nil),
        ] as [(String, String?)]
    )
    func emails(text: String, wanted: String?) {
        #expect(EmailAddress.normalized(text) == wanted)
    }
}

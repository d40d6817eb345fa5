import DashJSON
import DashModel
import FoundationEssentials
import HTTPTypes
import Testing

@Suite("JSON:API documents")
struct DocumentTests {
    @Test("a created row comes back whole, with its address")
    func create() async throws {
        try await Fixture.with { _, api, tenant, _ in
            let answer = try await api.create("dashboards", ["name": "Sales & Co."], as: tenant.member)
            #expect(answer.status == 201)
            #expect(answer.headers[.contentType] == "application/vnd.api+json")
            #expect(answer.headers[.location] == "/api/v1/dashboards/\(answer.id)")
            #expect(answer.headers[.eTag] != nil)
            #expect(answer.headers[.vary]?.contains("Accept") == true)
            #expect(answer.data["type"] == "dashboards")
            #expect(answer.attribute("slug") == "sales-co")
            #expect(answer.attribute("is_public") == false)
            #expect(answer.attribute("refresh_interval_seconds") == 1)
            #expect(answer.attribute("public_token").isNull)
            #expect(!answer.text.contains("public_token"))
            #expect(answer.data["relationships"]?["team"]?["data"]?["id"]?.stringValue == tenant.team.text)
            let links = answer.data["relationships"]?["widgets"]?["links"]
            #expect(links?["related"]?.stringValue == "/api/v1/dashboards/\(answer.id)/widgets")
            let again = try await api.create("dashboards", ["name": "Sales & Co."], as: tenant.member)
            #expect(again.status == 201)
            #expect(again.attribute("slug") != "sales-co")
            let read = try await api.get("dashboards/\(answer.id)", as: tenant.viewer)
            #expect(read.data == answer.data)
            #expect(read.body["jsonapi"]?["version"] == "1.1")
            #expect(read.body["links"]?["self"]?.stringValue == "/api/v1/dashboards/\(answer.id)")
            #expect(read.data["links"]?["self"]?.stringValue == answer.headers[.location])
        }
    }

    @Test("media types other than JSON:API's are refused")
    func negotiation() async throws {
        try await Fixture.with { _, api, tenant, fixture in
            func accept(_ value: String) async throws -> Int {
                try await api.send(.get, "pipelines", as: tenant.viewer, headers: [.accept: value]).status
            }
            #expect(try await accept("application/vnd.api+json") == 200)
            #expect(try await accept("application/vnd.api+json; profile=\"https://example.org\"") == 200)
            #expect(try await accept("application/vnd.api+json; ext=\"https://example.org\"") == 406)
            #expect(try await accept("application/vnd.api+json; charset=utf-8") == 406)
            #expect(try await accept("application/vnd.api+json; charset=utf-8, application/vnd.api+json") == 200)
            #expect(try await accept("application/vnd.api+json; charset=utf-8, */*") == 406)
            #expect(try await accept("application/vnd.api+json; profile=\"a, b; c=\\\"d\"; q=0.5") == 200)
            #expect(try await accept("application/vnd.api+json;q=0") == 406)
            #expect(try await accept("application/vnd.api+json;q=0, */*") == 406)
            #expect(try await accept("application/vnd.api+json;q=0.0, application/vnd.api+json;q=0.1") == 200)
            #expect(try await accept("application/*;q=0, */*") == 406)
            #expect(try await accept("application/json, */*;q=0") == 200)
            #expect(try await accept("Application/Vnd.API+JSON") == 200)
            let refused = try await api.send(.get, "pipelines", as: tenant.viewer, headers: [.accept: "text/html"])
            #expect(refused.status == 406)
            #expect(refused.errors.first?["source"]?["header"] == "Accept")
            #expect(try await accept("text/html, */*;q=0.1") == 200)
            let document = try await fixture.creation(of: "dashboards")
            func type(_ value: String) async throws -> Int {
                try await api.send(.post, "dashboards", document, as: tenant.owner, headers: [.contentType: value])
                    .status
            }
            #expect(try await type("application/json") == 415)
            #expect(try await type("application/vnd.api+json; charset=utf-8") == 415)
            #expect(try await type("application/vnd.api+json; ext=\"https://example.org\"") == 415)
            #expect(try await type("application/vnd.api+json; profile=\"https://example.org\"") == 201)
            #expect(try await type("") == 415)
            let plain = try await api.send(
                .post,
                "dashboards",
                document,
                as: tenant.owner,
                headers: [.contentType: "text/plain"]
            )
            #expect(plain.errors.first?["source"]?["header"] == "Content-Type")
        }
    }

    @Test(
        "bad documents are refused with the place",
        arguments: [
            ("{", 400, nil), ("[]", 400, ""), ("{}", 400, "/data"), (#"{"data":[]}"#, 400, "/data"),
            (#"{"data":{"attributes":{}}}"#, 400, "/data/type"),
            (#"{"data":{"type":"widgets","attributes":{}}}"#, 409, "/data/type"),
            (
                #"{"data":{"type":"dashboards","id":"0190b7c0-0000-7000-8000-000000000000","attributes":{"name":"x"}}}"#,
                403, "/data/id"
            ),
            (#"{"data":{"type":"dashboards","attributes":[]}}"#, 400, "/data/attributes"),
            (
                #"{"data":{"type":"dashboards","attributes":{"name":"x"},"relationships":{"owner":{"data":null}}}}"#,
                422, "/data/relationships/owner"
            ),
            (
                #"{"data":{"type":"dashboards","attributes":{"name":"x"},"relationships":{"widgets":{"data":[]}}}}"#,
                403, "/data/relationships/widgets"
            ),
            (
                #"{"data":{"type":"dashboards","attributes":{"name":"x"},"relationships":{"team":{}}}}"#, 400,
                "/data/relationships/team"
            ),
            (
                #"{"data":{"type":"dashboards","attributes":{"name":"x"},"relationships":{"team":{"data":{"type":"users","id":"1"}}}}}"#,
                409, "/data/relationships/team/data/type"
            ),
            (
                #"{"data":{"type":"dashboards","attributes":{"name":"x"},"relationships":{"team":{"data":{"type":"teams","id":"1"}}}}}"#,
                404, "/data/relationships/team/data/id"
            ),
        ] as [(String, Int, String?)]
    )
    func badDocuments(raw: String, status: Int, pointer: String?) async throws {
        try await Fixture.with { _, api, tenant, _ in
            let answer = try await api.send(.post, "dashboards", as: tenant.owner, raw: raw)
            #expect(answer.status == status, "\(answer.text)")
            #expect(answer.pointers.first == pointer)
            #expect(answer.errors.first?["status"]?.stringValue == String(status))
            #expect(answer.headers[.contentType] == "application/vnd.api+json")
        }
    }

    @Test("a body beyond the limit is refused")
    func bodyLimit() async throws {
        try await Fixture.with { _, api, tenant, _ in
            let raw = "{\"data\":\"" + String(repeating: "x", count: 1 << 20) + "\"}"
            let answer = try await api.send(.post, "dashboards", as: tenant.owner, raw: raw)
            #expect(answer.status == 413)
        }
    }

    @Test("a PATCH must name the row that it changes")
    func patchIdentity() async throws {
        try await Fixture.with { _, api, tenant, fixture in
            let id = fixture.dashboard.text
            func patch(_ data: JSONValue) async throws -> Answer {
                try await api.send(.patch, "dashboards/\(id)", ["data": data], as: tenant.member)
            }
            #expect(try await patch(["type": "dashboards", "attributes": ["name": "N"]]).pointers == ["/data/id"])
            let wrong = try await patch([
                "type": "dashboards", "id": .string(UUID.v7().text), "attributes": ["name": "N"],
            ])
            #expect(wrong.status == 409)
            let right = try await patch(["type": "dashboards", "id": .string(id), "attributes": ["name": "N"]])
            #expect(right.status == 200)
            #expect(right.attribute("name") == "N")
        }
    }

    @Test("versions guard against lost changes")
    func versions() async throws {
        try await Fixture.with { _, api, tenant, fixture in
            let path = "dashboards/\(fixture.dashboard.text)"
            let first = try #require(try await api.get(path, as: tenant.member).headers[.eTag])
            let document = TestAPI.document("dashboards", fixture.dashboard.text, ["name": "One"])
            let changed = try await api.send(.patch, path, document, as: tenant.member, headers: [.ifMatch: first])
            #expect(changed.status == 200)
            #expect(changed.headers[.eTag] != first)
            let stale = try await api.send(.patch, path, document, as: tenant.member, headers: [.ifMatch: first])
            #expect(stale.status == 412)
            #expect(stale.errors.first?["source"]?["header"] == "If-Match")
            #expect(try await api.send(.delete, path, as: tenant.member, headers: [.ifMatch: first]).status == 412)
            let list = "\"x\", \(changed.headers[.eTag] ?? "")"
            #expect(try await api.send(.delete, path, as: tenant.member, headers: [.ifMatch: list]).status == 204)
            #expect(try await api.get(path, as: tenant.member).status == 404)
        }
    }

    @Test("no id, and nobody's id, are not found")
    func ids() async throws {
        try await Fixture.with { _, api, tenant, _ in
            for id in ["1", "x", UUID.v7().text, "%00"] {
                let answer = try await api.get("pipelines/\(id)", as: tenant.owner)
                #expect(answer.status == 404)
            }
        }
    }
}

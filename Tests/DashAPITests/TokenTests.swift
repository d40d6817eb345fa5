import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import HTTPTypes
import Testing

@testable import DashAPI

@Suite("API tokens and browsers")
struct TokenTests {
    private func with(_ body: @escaping @Sendable (TestServer, TestAPI, Tenant) async throws -> Void) async throws {
        let server = try await TestServer()
        try await server.run { api in try await body(server, api, try await Tenant(server)) }
    }

    @Test("a token is shown once and works until it is deleted")
    func life() async throws {
        try await with { server, api, tenant in
            let made = try await api.create("api_tokens", ["name": "CI", "scopes": ["read"]], as: tenant.admin)
            #expect(made.status == 201, "\(made.text)")
            let token = try #require(made.body["meta"]?["token"]?.stringValue)
            #expect(token.hasPrefix("dash_"))
            #expect(made.attribute("token_hint").stringValue.map { token.hasPrefix($0.dropLast()) } == true)
            let read = try await api.get("api_tokens/\(made.id)", as: tenant.admin)
            #expect(!read.text.contains(token))
            #expect(!read.text.contains("token_hash"))
            #expect(try await api.get("pipelines", as: .token(token)).status == 200)
            #expect(try await api.send(.delete, "api_tokens/\(made.id)", as: tenant.admin).status == 204)
            let after = try await api.get("pipelines", as: .token(token))
            #expect(after.status == 401)
            #expect(after.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true)
        }
    }

    @Test("a token runs out", arguments: ["2026-11-18T12:00:00Z"])
    func expiry(unused: String) async throws {
        try await with { server, api, tenant in
            let expiry = (server.clock.now + .seconds(60)).text
            let made = try await api.create(
                "api_tokens",
                ["name": "CI", "expires_at": .string(expiry)],
                as: tenant.admin
            )
            let token = Caller.token(made.body["meta"]?["token"]?.stringValue ?? "")
            #expect(try await api.get("pipelines", as: token).status == 200)
            server.clock.advance(by: .seconds(59))
            #expect(try await api.get("pipelines", as: token).status == 200)
            server.clock.advance(by: .seconds(1))
            #expect(try await api.get("pipelines", as: token).status == 401)
            let past = try await api.create("api_tokens", ["name": "CI", "expires_at": "2020-01-01"], as: tenant.admin)
            #expect(past.pointers == ["/data/attributes/expires_at"])
        }
    }

    @Test(
        "scopes are what they can be",
        arguments: [
            ([], "/data/attributes/scopes"), (["root"], "/data/attributes/scopes/0"),
            (["read", 5], "/data/attributes/scopes/1"),
            (["ingest:x"], "/data/attributes/scopes/0"),
            (["ingest:0190b7c0-0000-7000-8000-000000000000"], "/data/attributes/scopes/0"),
        ] as [(JSONValue, String)]
    )
    func scopes(value: JSONValue, pointer: String) async throws {
        try await with { _, api, tenant in
            let answer = try await api.create("api_tokens", ["name": "CI", "scopes": value], as: tenant.admin)
            #expect(answer.status == 422)
            #expect(answer.pointers == [pointer])
        }
    }

    @Test("a token for one pipeline may post there and read nothing")
    func ingestScope() async throws {
        try await with { server, api, tenant in
            let fixture = try await Fixture(server, tenant)
            let scope = JSONValue.string("ingest:" + fixture.pipeline.uuidString)
            let made = try await api.create("api_tokens", ["name": "In", "scopes": [scope, scope]], as: tenant.admin)
            #expect(made.attribute("scopes") == [.string("ingest:" + fixture.pipeline.text)])
            let token = try #require(made.body["meta"]?["token"]?.stringValue)
            let principal = try #require(try await server.tokens.authenticate(token))
            #expect(principal.mayIngest(into: fixture.pipeline))
            #expect(!principal.mayIngest(into: .v7()))
            #expect(try await api.get("pipelines", as: .token(token)).status == 403)
        }
    }

    @Test("a good token is remembered for seconds, a forgotten one is read again")
    func memory() async throws {
        try await with { server, _, tenant in
            guard case .token(let token) = tenant.read else { return }
            let principal = try #require(try await server.tokens.authenticate(token))
            guard case .token(let id, _) = principal.kind else { return }
            try await server.store.resources.apply([.delete(Resources.apiTokens, id: id)], in: .system)
            #expect(try await server.tokens.authenticate(token) != nil)
            server.clock.advance(by: .seconds(6))
            #expect(try await server.tokens.authenticate(token) == nil)
            guard case .token(let other) = tenant.manage else { return }
            let known = try #require(try await server.tokens.authenticate(other))
            guard case .token(let otherID, _) = known.kind else { return }
            try await server.store.resources.apply([.delete(Resources.apiTokens, id: otherID)], in: .system)
            server.tokens.forget()
            #expect(try await server.tokens.authenticate(other) == nil)
            for text in ["", "dash_", "Bearer", token.uppercased(), token + "0"] {
                #expect(try await server.tokens.authenticate(text) == nil)
            }
        }
    }

    @Test("the last use is written at most once a minute")
    func lastUse() async throws {
        try await with { server, _, tenant in
            guard case .token(let token) = tenant.read else { return }
            let id = try #require(try await server.tokens.authenticate(token)?.tokenID)
            func written() async throws -> JSONValue {
                try await server.row(Resources.apiTokens, id)?["last_used_at"] ?? .null
            }
            #expect(try await written().isNull)
            await server.tokens.recordUses()
            let first = try await written()
            #expect(!first.isNull)
            server.clock.advance(by: .seconds(30))
            _ = try await server.tokens.authenticate(token)
            await server.tokens.recordUses()
            #expect(try await written() == first)
            server.clock.advance(by: .seconds(31))
            await server.tokens.recordUses()
            #expect(try await written() != first)
        }
    }

    @Test("a browser's writes need the session's CSRF token, a program's do not")
    func csrf() async throws {
        try await with { (_, api, tenant) async throws in
            guard case .session(let cookie, let csrf?) = tenant.owner else { return }
            let document = TestAPI.document("dashboards", nil, ["name": "D"])
            func post(_ caller: Caller) async throws -> Int {
                try await api.send(.post, "dashboards", document, as: caller).status
            }
            #expect(try await post(.session(cookie: cookie, csrf: nil)) == 403)
            #expect(try await post(.session(cookie: cookie, csrf: "")) == 403)
            #expect(try await post(.session(cookie: cookie, csrf: String(csrf.dropLast()))) == 403)
            guard case .session(_, let foreign?) = tenant.admin else { return }
            #expect(try await post(.session(cookie: cookie, csrf: foreign)) == 403)
            #expect(try await post(.session(cookie: cookie, csrf: csrf)) == 201)
            #expect(try await api.get("dashboards", as: .session(cookie: cookie, csrf: nil)).status == 200)
            #expect(try await post(tenant.manage) == 201)
        }
    }

    @Test("a bearer token outranks a cookie, even when it is wrong")
    func precedence() async throws {
        try await with { (_, api, tenant) async throws in
            var headers = tenant.owner.headers
            headers[.authorization] = "Bearer dash_wrong"
            #expect(try await api.send(.get, "pipelines", headers: headers).status == 401)
            guard case .token(let token) = tenant.read else { return }
            headers[.authorization] = "bearer   \(token)"
            #expect(try await api.send(.get, "audit_events", headers: headers).status == 403)
            headers[.authorization] = "Basic YTpi"
            #expect(try await api.send(.get, "audit_events", headers: headers).status == 200)
        }
    }
}

extension Principal {
    fileprivate var tokenID: UUID? { if case .token(let id, _) = kind { id } else { nil } }
}

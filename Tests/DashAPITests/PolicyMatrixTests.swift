import DashJSON
import DashModel
import FoundationEssentials
import HTTPTypes
import Testing

@testable import DashAPI

/// Walks every route as everybody and compares with the policy table.
@Suite("The policy matrix")
struct PolicyMatrixTests {
    private struct Actor: Sendable {
        var name: String
        var caller: Caller
        /// nil: not known at all.
        var principal: Principal?
        var isForeign = false
    }

    private func actors(_ tenant: Tenant, _ foreign: Tenant) -> [Actor] {
        let team = tenant.team
        let people = Role.allCases.map { role in
            Actor(name: role.rawValue, caller: tenant.callers[role] ?? .nobody, principal: tenant.principals[role])
        }
        func token(_ scope: TokenScope) -> Principal { .token(.v7(), team: team, scopes: [scope]) }
        return people + [
            Actor(name: "token manage", caller: tenant.manage, principal: token(.manage)),
            Actor(name: "token read", caller: tenant.read, principal: token(.read)),
            Actor(name: "token ingest", caller: tenant.ingest, principal: token(.ingestAll)),
            Actor(
                name: "other team's owner",
                caller: foreign.owner,
                principal: foreign.ownerPrincipal,
                isForeign: true
            ),
            Actor(
                name: "other team's token",
                caller: foreign.manage,
                principal: .token(.v7(), team: foreign.team, scopes: [.manage]),
                isForeign: true
            ),
            Actor(name: "signed out", caller: .nobody, principal: nil),
            Actor(name: "wrong token", caller: .token(SecretToken.makeAPIToken()), principal: nil),
            Actor(name: "wrong cookie", caller: .session(cookie: SecretToken.make(), csrf: "x"), principal: nil),
        ]
    }

    @Test("routes are made from every exposed resource and action")
    func routesAreComplete() {
        for resource in Resources.exposed {
            for action in resource.actions {
                let need = RESTRoute.Need(action: action.kind, resource: resource.name)
                #expect(RESTRoute.all.contains { $0.resource == resource.name && $0.needs.contains(need) })
            }
            for view in resource.views {
                #expect(RESTRoute.all.contains { $0.kind == .view(view) && $0.path.hasSuffix("/" + view.path) })
                #expect(RESTCall.views[view] != nil, "\(view.name) has no answer")
            }
            let own = resource.actions.filter { !$0.isUsual }.map(\.name)
            #expect(Set(own) == Set(Rules.of(resource).actions.keys), "\(resource.name)")
        }
        #expect(Set(RESTRoute.all.map { "\($0.method) \($0.path)" }).count == RESTRoute.all.count)
        #expect(RESTRoute.all.count > 60)
    }

    @Test("every route answers everybody as the table says", arguments: RESTRoute.all)
    func route(route: RESTRoute) async throws {
        let server = try await TestServer()
        try await server.run { api in
            var tenant = try await Tenant(server)
            var fixture = try await Fixture(server, tenant)
            let foreign = try await Tenant(server)
            for index in actors(tenant, foreign).indices {
                if route.resource == "teams", route.kind == .delete {
                    tenant = try await Tenant(server)
                    fixture = try await Fixture(server, tenant)
                }
                let actor = actors(tenant, foreign)[index]
                let answer = try await ask(route, fixture, api, as: actor.caller)
                let expected = try expectation(route, actor)
                #expect(
                    expected.contains(answer.status),
                    "\(route.method) \(route.path) as \(actor.name): \(answer.status) \(answer.text.prefix(300))"
                )
                if actor.isForeign { #expect(!answer.text.contains(tenant.team.text), "leaks to \(actor.name)") }
            }
        }
    }

    private func ask(_ route: RESTRoute, _ fixture: Fixture, _ api: TestAPI, as caller: Caller) async throws -> Answer {
        var path = route.path
        var id = ""
        if path.contains("{id}") {
            id = try await fixture.row(of: route.resource).text
            path = path.replacing("{id}", with: id).replacing("{record}", with: Base64URL.encode(Array("0:1".utf8)))
        }
        switch route.kind {
        case .create: return try await api.send(.post, path, try await fixture.creation(of: route.resource), as: caller)
        case .update:
            let document = TestAPI.document(route.resource, id, Fixture.change(of: route.resource))
            return try await api.send(.patch, path, document, as: caller)
        case .act(let action): return try await api.send(.post, path, Self.parameters(of: action), as: caller)
        case .view(.upload): return try await api.send(.post, path + "?filename=a.ndjson", ["a": 1], as: caller)
        case .view(.query):
            let query: JSONValue = [
                "pipeline_id": .string(fixture.pipeline.text), "fields": [["path": "a", "aggregate": "count"]],
            ]
            return try await api.send(.post, path, query, as: caller)
        default: return try await api.send(route.method, path, as: caller)
        }
    }

    /// What the declaration requires, and every switch on; nothing where nothing is declared.
    private static func parameters(of action: Action) -> JSONValue? {
        guard !action.parameters.isEmpty else { return nil }
        let values = action.parameters.compactMap { parameter -> (String, JSONValue)? in
            let isRequired = parameter.defaultValue == nil && !parameter.isNullable
            guard isRequired || parameter.type == .boolean else { return nil }
            return (parameter.name, example(of: parameter))
        }
        return .object(JSONObject(values))
    }

    private static func example(of parameter: Attribute) -> JSONValue {
        switch (parameter.type, parameter.constraint) {
        case (.boolean, _): true
        case (_, .range(let range)): .number(JSONNumber(range.lowerBound))
        case (_, .length(let range)): .string(String(repeating: "a", count: max(1, range.lowerBound)))
        case (_, .array), (_, .ids): []
        case (_, .object): [:]
        case (_, .slug): "a"
        case (_, .email): "a@example.org"
        case (_, .timeZone): "Europe/Amsterdam"
        case (_, .cron): "0 0 1 1 *"
        case (.enumeration(let choices), _): .string(choices.first ?? "")
        case (.uuid, _): .string(UUID.v7().text)
        case (.integer, _), (.decimal, _): 1
        case (.timestamp, _): "2026-01-31T00:00:00Z"
        case (.string, _), (.text, _), (.bytes, _), (.json, _): "a"
        }
    }

    private func expectation(_ route: RESTRoute, _ actor: Actor) throws -> Set<Int> {
        guard let principal = actor.principal else { return [401] }
        let isAllowed = route.needs.allSatisfy { PolicyTable.allows(principal, $0.action, on: $0.resource) }
        guard isAllowed else { return [403] }
        guard !actor.isForeign else {
            switch route.kind {
            case .list: return [200]
            case .create:
                // What belongs to a parent names the other team's; the rest is made in the asker's own team.
                let resource = try #require(Resources.named(route.resource))
                if case .through = resource.scope { return [404] }
                return [201]
            default: return [404]
            }
        }
        switch route.kind {
        case .create: return [201]
        case .delete: return [204]
        case .relink: return [403]
        case .view(.oneRecord): return [404]
        case .act(let action): return [action.answer.isDeferred ? 202 : 200]
        case .view(let view): return [view.answer.isDeferred ? 202 : 200]
        default: return [200]
        }
    }

    @Test("methods that a resource lacks are refused with what it has")
    func otherMethods() async throws {
        let server = try await TestServer()
        try await server.run { api in
            let tenant = try await Tenant(server)
            let post = try await api.send(.post, "runs", [:], as: tenant.owner)
            #expect(post.status == 405)
            #expect(post.headers[.allow] == "GET, HEAD, OPTIONS")
            let put = try await api.send(.put, "pipelines/\(UUID.v7().text)", [:], as: tenant.owner)
            #expect(put.status == 405)
            #expect(put.headers[.allow] == "DELETE, GET, HEAD, OPTIONS, PATCH")
            for path in ["users", "sessions", "jobs", "nothing", "pipelines/1/2/3/4", "idempotency_keys"] {
                #expect(try await api.get(path, as: tenant.owner).status == 404)
            }
        }
    }
}

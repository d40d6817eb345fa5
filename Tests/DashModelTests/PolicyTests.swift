import DashModel
import FoundationEssentials
import Testing

@Suite("Who may do what")
struct PolicyTests {
    @Test("every action of every exposed resource has a role that may do it", arguments: Resources.exposed)
    func complete(resource: Resource) {
        for permission in resource.permissions {
            #expect(PolicyTable.minimumRole(for: permission.action, on: permission.resource) == permission.role)
        }
    }

    @Test("reading never needs more than writing", arguments: Resources.exposed)
    func reading(resource: Resource) throws {
        let read = try #require(PolicyTable.minimumRole(for: .read, on: resource.name))
        for action in resource.actions {
            #expect(read <= (PolicyTable.minimumRole(for: action.kind, on: resource.name) ?? .viewer))
        }
    }

    @Test("a stronger role may do all that a weaker may")
    func order() {
        #expect(Role.allCases == Role.allCases.sorted())
        #expect(Role.viewer < .member && Role.member < .admin && Role.admin < .owner)
        let team = UUID.v7()
        for resource in Resources.exposed {
            for action in resource.actions {
                let allowed = Role.allCases.map {
                    PolicyTable.allows(.user(.v7(), team: team, role: $0), action.kind, on: resource.name)
                }
                #expect(allowed == allowed.sorted { !$0 && $1 })
                #expect(allowed.last == true)
            }
        }
    }

    @Test("what is not in the table is refused")
    func unknown() {
        let owner = Principal.user(.v7(), team: .v7(), role: .owner)
        #expect(!PolicyTable.allows(owner, .read, on: "users"))
        #expect(!PolicyTable.allows(owner, .read, on: "sessions"))
        #expect(!PolicyTable.allows(owner, .custom("explode"), on: "pipelines"))
        #expect(!PolicyTable.allows(owner, .create, on: "memberships"))
    }

    @Test("tokens act by their scopes")
    func tokens() {
        let pipeline = UUID.v7()
        func token(_ scopes: Set<TokenScope>) -> Principal { .token(.v7(), team: .v7(), scopes: scopes) }
        #expect(token([.manage]).role == .admin)
        #expect(token([.read]).role == .viewer)
        #expect(token([.read, .manage]).role == .admin)
        #expect(token([.ingestAll]).role == nil)
        #expect(!PolicyTable.allows(token([.ingestAll]), .read, on: "pipelines"))
        #expect(token([.ingestAll]).mayIngest(into: pipeline))
        #expect(token([.ingest(pipeline)]).mayIngest(into: pipeline))
        #expect(!token([.ingest(.v7())]).mayIngest(into: pipeline))
        #expect(token([.manage]).mayIngest(into: pipeline))
        #expect(!token([.read]).mayIngest(into: pipeline))
        #expect(!Principal.user(.v7(), team: .v7(), role: .owner).mayIngest(into: pipeline))
    }

    @Test("scopes are read as they are written")
    func scopes() {
        let id = UUID.v7()
        for scope in [TokenScope.manage, .read, .ingestAll, .ingest(id)] {
            #expect(TokenScope(text: scope.text) == scope)
        }
        #expect(TokenScope(text: "ingest:nobody") == nil)
        #expect(TokenScope(text: "root") == nil)
        #expect(TokenScope(text: "") == nil)
    }
}

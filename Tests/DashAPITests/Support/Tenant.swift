import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

@testable import DashAPI

/// A team with a person in each role and a token of each scope.
struct Tenant: Sendable {
    let team: UUID
    let callers: [Role: Caller]
    let principals: [Role: Principal]
    let memberships: [Role: UUID]
    let manage: Caller
    let read: Caller
    let ingest: Caller

    static let password = "correct horse battery"

    var owner: Caller { callers[.owner] ?? .nobody }
    var admin: Caller { callers[.admin] ?? .nobody }
    var member: Caller { callers[.member] ?? .nobody }
    var viewer: Caller { callers[.viewer] ?? .nobody }
    var ownerPrincipal: Principal { .user(.v7(), team: team, role: .owner) }

    init(_ server: TestServer) async throws {
        let tag = UUID.v7().text
        team = try await server.insert(
            Resources.teams,
            ["name": .string("Team \(tag)"), "slug": .string("team-\(tag)")]
        )
        var callers: [Role: Caller] = [:]
        var principals: [Role: Principal] = [:]
        var memberships: [Role: UUID] = [:]
        for role in Role.allCases {
            let user = try await server.insert(
                Resources.users,
                ["email": .string("\(role.rawValue)-\(tag)@example.org"), "hashed_password": "none"]
            )
            memberships[role] = try await server.insert(
                Resources.memberships,
                [
                    "team_id": .string(team.text), "user_id": .string(user.text), "role": .string(role.rawValue),
                    "active": true,
                ]
            )
            let proof = PasswordProof(user: user, hash: "none")
            let signedIn = try await server.accounts.openSession(proof, team: team, from: Origin())
            callers[role] = .session(cookie: signedIn.token, csrf: signedIn.session.csrfToken)
            principals[role] = signedIn.session.principal
        }
        self.callers = callers
        self.principals = principals
        self.memberships = memberships
        manage = try await Self.token(server, team, "manage")
        read = try await Self.token(server, team, "read")
        ingest = try await Self.token(server, team, "ingest")
    }

    private static func token(_ server: TestServer, _ team: UUID, _ scope: String) async throws -> Caller {
        let token = SecretToken.makeAPIToken()
        try await server.insert(
            Resources.apiTokens,
            [
                "team_id": .string(team.text), "name": .string(scope), "token_hash": .string(SecretToken.hash(token)),
                "token_hint": "dash_", "scopes": [.string(scope)],
            ]
        )
        return .token(token)
    }
}

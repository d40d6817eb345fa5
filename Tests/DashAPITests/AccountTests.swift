import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials
import HTTPTypes
import Testing

@testable import DashAPI

@Suite("People, sessions, invitations")
struct AccountTests {
    private let password = "correct horse battery"

    @Test("sign-up makes a person, a team and its owner")
    func signUp() async throws {
        let server = try await TestServer()
        let origin = Origin(remoteAddress: "192.0.2.1", userAgent: "Test")
        let signedIn = try await server.accounts.signUp(email: " Ada@Example.org", password: password, from: origin)
        let session = signedIn.session
        #expect(session.email == "ada@example.org")
        #expect(session.team?.role == .owner)
        #expect(session.team?.name == "Ada's team")
        #expect(session.team?.slug == "adas-team")
        let again = try await server.accounts.session(token: signedIn.token)
        #expect(again == session)
        let user = try #require(try await server.row(Resources.users, session.user))
        #expect(user.string("hashed_password")?.hasPrefix("$scrypt$ln=4,r=8,p=1$") == true)
        #expect(try await server.rows(Resources.sessions).first?.string("token_hash") != signedIn.token)
        let events = try await server.rows(Resources.auditEvents).compactMap { $0.string("action") }.sorted()
        #expect(events == ["sign_in", "sign_up"])
        let second = try await server.accounts.signUp(email: "ada@example.com", password: password)
        #expect(second.session.team?.slug.hasPrefix("adas-team-") == true)
    }

    @Test("sign-up refuses what can't be")
    func signUpRefusals() async throws {
        let server = try await TestServer()
        _ = try await server.accounts.signUp(email: "ada@example.org", password: password)
        #expect(
            await code { _ = try await server.accounts.signUp(email: "ADA@example.org", password: password) }
                == .conflict
        )
        #expect(await code { _ = try await server.accounts.signUp(email: "nobody", password: password) } == .invalid)
        for bad in ["short", "a@example.org", "aaaaaaaaaaaa", String(repeating: "abcd", count: 300)] {
            #expect(
                await code { _ = try await server.accounts.signUp(email: "a@example.org", password: bad) } == .invalid
            )
        }
        #expect(try await server.rows(Resources.users).count == 1)
        #expect(try await server.rows(Resources.teams).count == 1)
        let closed = try await TestServer(registration: .invite)
        #expect(
            await code { _ = try await closed.accounts.signUp(email: "a@example.org", password: password) }
                == .forbidden
        )
    }

    @Test("sign-in takes the right password only, and says no the same way")
    func signIn() async throws {
        let server = try await TestServer()
        _ = try await server.accounts.signUp(email: "ada@example.org", password: password)
        let signedIn = try await server.accounts.signIn(email: "Ada@example.org", password: password)
        #expect(signedIn.session.team?.role == .owner)
        var messages: Set<String> = []
        for (email, word) in [("ada@example.org", "wrong"), ("eve@example.org", password), ("", ""), ("x", "y")] {
            do {
                _ = try await server.accounts.signIn(email: email, password: word)
                Issue.record("signed in as \(email)")
            } catch let error as DashError {
                #expect(error.code == .unauthenticated)
                messages.insert(error.message)
            }
        }
        #expect(messages.count == 1)
        let failures = try await server.rows(Resources.auditEvents, [.init("action", .eq, "sign_in_failed")])
        #expect(failures.count == 4)
    }

    @Test("guessing is slowed down")
    func rateLimit() async throws {
        let server = try await TestServer()
        _ = try await server.accounts.signUp(email: "ada@example.org", password: password)
        let eve = Origin(remoteAddress: "198.51.100.7")
        for _ in 0..<SignInLimits.pair.quota {
            #expect(
                await code { _ = try await server.accounts.signIn(email: "ada@example.org", password: "no", from: eve) }
                    == .unauthenticated
            )
        }
        #expect(
            await code { _ = try await server.accounts.signIn(email: "ada@example.org", password: password, from: eve) }
                == .rateLimited
        )
        let home = Origin(remoteAddress: "192.0.2.1")
        _ = try await server.accounts.signIn(email: "ada@example.org", password: password, from: home)
        server.clock.advance(by: .seconds(301))
        _ = try await server.accounts.signIn(email: "ada@example.org", password: password, from: eve)
        for index in 0..<SignInLimits.address.quota {
            _ = await code {
                _ = try await server.accounts.signIn(email: "u\(index)@example.org", password: "no", from: eve)
            }
        }
        #expect(
            await code { _ = try await server.accounts.signIn(email: "last@example.org", password: "no", from: eve) }
                == .rateLimited
        )
    }

    @Test("sessions end by sign-out and by time, and stay while they are used")
    func sessions() async throws {
        let server = try await TestServer(sessions: SessionLimits(absolute: .seconds(365 * 86_400)))
        let first = try await server.accounts.signUp(email: "ada@example.org", password: password)
        let second = try await server.accounts.signIn(email: "ada@example.org", password: password)
        try await server.accounts.signOut(first.session)
        #expect(try await server.accounts.session(token: first.token) == nil)
        for _ in 0..<4 {
            server.clock.advance(by: .seconds(20 * 86_400))
            #expect(try await server.accounts.session(token: second.token) != nil)
        }
        server.clock.advance(by: .seconds(31 * 86_400))
        #expect(try await server.accounts.session(token: second.token) == nil)
        #expect(try await server.accounts.pruneSessions() == 1)
        #expect(try await server.accounts.session(token: "") == nil)
        #expect(try await server.accounts.session(token: String(repeating: "A", count: 43)) == nil)
    }

    @Test("a new password ends the other sessions")
    func changePassword() async throws {
        let server = try await TestServer()
        let first = try await server.accounts.signUp(email: "ada@example.org", password: password)
        let other = try await server.accounts.signIn(email: "ada@example.org", password: password)
        #expect(
            await code { try await server.accounts.changePassword(first.session, current: "no", new: "another horse") }
                == .invalid
        )
        #expect(
            await code { try await server.accounts.changePassword(first.session, current: password, new: "short") }
                == .invalid
        )
        try await server.accounts.changePassword(first.session, current: password, new: "another horse")
        #expect(try await server.accounts.session(token: first.token) != nil)
        #expect(try await server.accounts.session(token: other.token) == nil)
        #expect(
            await code { _ = try await server.accounts.signIn(email: "ada@example.org", password: password) }
                == .unauthenticated
        )
        _ = try await server.accounts.signIn(email: "ada@example.org", password: "another horse")
    }

    @Test("an invitation leads into its team, once, and only its addressee")
    func invitations() async throws {
        let server = try await TestServer(registration: .invite)
        let tenant = try await Tenant(server)
        let invited = try await server.service.create(
            Resources.invitations,
            ResourceInput(["email": "Bob@Example.org", "role": "member"]),
            as: try #require(tenant.principals[.admin])
        )
        let token = try #require(invited.secret)
        #expect(invited.row["token_hash"].isNull)
        let offer = try #require(try await server.accounts.invitation(token: token))
        #expect(offer.email == "bob@example.org")
        #expect(offer.team == tenant.team)
        #expect(
            await code {
                _ = try await server.accounts.signUp(email: "eve@example.org", password: password, invitation: token)
            } == .forbidden
        )
        let bob = try await server.accounts.signUp(email: "bob@example.org", password: password, invitation: token)
        #expect(bob.session.team?.team == tenant.team)
        #expect(bob.session.team?.role == .member)
        #expect(try await server.accounts.invitation(token: token) == nil)
        #expect(await code { _ = try await server.accounts.accept(invitation: token, in: bob.session) } == .notFound)
        let members = try await server.accounts.members(as: try #require(bob.session.principal))
        #expect(members.count == 5)
        #expect(members.contains { $0.email == "bob@example.org" && $0.role == .member && $0.isActive })
    }

    @Test("an invitation runs out, and a known person can take one up")
    func acceptance() async throws {
        let server = try await TestServer()
        let tenant = try await Tenant(server)
        let admin = try #require(tenant.principals[.admin])
        let ada = try await server.accounts.signUp(email: "ada@example.org", password: password)
        let input = ResourceInput(["email": "ada@example.org", "role": "viewer"])
        let old = try #require(try await server.service.create(Resources.invitations, input, as: admin).secret)
        server.clock.advance(by: .seconds(7 * 86_400))
        #expect(try await server.accounts.invitation(token: old) == nil)
        let new = try #require(try await server.service.create(Resources.invitations, input, as: admin).secret)
        let session = try await server.accounts.accept(invitation: new, in: ada.session)
        #expect(session.team?.team == tenant.team)
        #expect(try await server.accounts.session(token: ada.token)?.team?.team == tenant.team)
        let home = try #require(ada.session.team?.team)
        #expect(try await server.accounts.switchTeam(session, to: home).team?.role == .owner)
        #expect(await code { _ = try await server.accounts.switchTeam(session, to: .v7()) } == .notFound)
        #expect(await code { _ = try await server.service.create(Resources.invitations, input, as: admin) } == .invalid)
    }

    @Test("a person who is put out of a team works in the next one, or in none")
    func removed() async throws {
        let server = try await TestServer()
        let ada = try await server.accounts.signUp(email: "ada@example.org", password: password)
        let other = try await server.accounts.createTeam(name: "Second", in: ada.session)
        #expect(other.team?.name == "Second")
        for filter in [[ResourceQuery.Filter("team_id", .eq, .string(other.team?.team.text ?? ""))], []] {
            let membership = try #require(try await server.rows(Resources.memberships, filter).first)
            try await server.store.resources.apply([.delete(Resources.memberships, id: membership.id)], in: .system)
            let session = try #require(try await server.accounts.session(token: ada.token))
            #expect(session.team?.name == (filter.isEmpty ? nil : "Ada's team"))
        }
    }

    @Test("the command line makes people and tokens")
    func commandLine() async throws {
        let server = try await TestServer()
        let (_, team) = try await server.accounts.createUser(
            email: "ada@example.org",
            password: password,
            teamSlug: "lab"
        )
        let second = try await server.accounts.createUser(
            email: "bob@example.org",
            password: password,
            teamSlug: "lab",
            role: .admin
        )
        #expect(second.team == team)
        let session = try await server.accounts.signIn(email: "ada@example.org", password: password).session
        #expect(session.team?.slug == "lab")
        #expect(session.team?.role == .owner)
        let token = try await server.accounts.createToken(teamSlug: "lab", name: "CI", scopes: [.manage])
        #expect(try await server.tokens.authenticate(token)?.role == .admin)
        #expect(
            await code { _ = try await server.accounts.createToken(teamSlug: "none", name: "x", scopes: [.read]) }
                == .notFound
        )
        #expect(
            await code {
                try await server.accounts.createUser(
                    email: "x@example.org",
                    password: password,
                    teamSlug: "none",
                    role: .viewer
                )
            } == .notFound
        )
    }
}

import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials
import Testing

@testable import DashAPI

@Suite("Letters: lost passwords, confirmed and changed addresses, invitations")
struct LetterTests {
    private let password = "correct horse battery"
    private let new = "another horse entirely"

    @Test("a lost password: one link, once, for an hour; it ends every session and confirms the address")
    func reset() async throws {
        let server = try await TestServer(mail: true)
        let first = try await server.signUpByMail("ada@example.org", password: password)
        let origin = Origin(remoteAddress: "192.0.2.1")
        try await server.accounts.requestReset(email: " ADA@example.org ", from: origin)
        let letter = try #require(try await server.letters().first)
        #expect(letter.to == "ada@example.org")
        #expect(letter.subject == "Set a new password")
        #expect(letter.text.contains("from 192.0.2.1"))
        #expect(letter.text.contains("https://dash.test/reset-password/"))
        #expect(!letter.text.replacing("\r\n", with: "").contains("\n"))
        let token = TestServer.token(in: letter, "/reset-password/")
        #expect(token.utf8.count == 43)
        // Neither the link nor its job holds the token.
        let rows = try await server.rows(Resources.accountLinks) + server.rows(Resources.jobs)
        #expect(rows.allSatisfy { !"\($0.values)".contains(token) })
        #expect(await code { _ = try await server.accounts.resetPassword(token: token, new: "short") } == .invalid)
        let again = try await server.accounts.resetPassword(token: token, new: new, from: origin)
        #expect(again.session.isConfirmed)
        #expect(try await server.accounts.session(token: first.token) == nil)
        #expect(server.ended.ids == [first.session.id])
        #expect(await code { _ = try await server.accounts.resetPassword(token: token, new: new) } == .notFound)
        #expect(
            await code { _ = try await server.accounts.signIn(email: "ada@example.org", password: password) }
                == .unauthenticated
        )
        _ = try await server.accounts.signIn(email: "ada@example.org", password: new)
        #expect(try await server.letters().map(\.subject) == ["Your password was changed"])
    }

    @Test("of two that use a link at once, one does")
    func once() async throws {
        let server = try await TestServer(mail: true)
        _ = try await server.signUpByMail("ada@example.org", password: password)
        try await server.accounts.requestReset(email: "ada@example.org")
        let token = TestServer.token(in: try await server.letters().first, "/reset-password/")
        let done = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<4 {
                group.addTask {
                    (try? await server.accounts.resetPassword(token: token, new: "\(new) \(index)")) != nil
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(done == 1)
    }

    @Test("a later link takes the place of the one before, a new password voids all, and an hour ends one")
    func voided() async throws {
        let server = try await TestServer(mail: true)
        let signedIn = try await server.signUpByMail("ada@example.org", password: password)
        func link() async throws -> String {
            server.clock.advance(by: .seconds(900))
            try await server.accounts.requestReset(email: "ada@example.org")
            return TestServer.token(in: try await server.letters().first, "/reset-password/")
        }
        let (first, second) = (try await link(), try await link())
        #expect(first != second)
        #expect(try await server.accounts.link(token: first) == nil)
        #expect(try await server.accounts.link(token: second)?.purpose == .reset)
        try await server.accounts.changePassword(signedIn.session, current: password, new: new)
        #expect(try await server.accounts.link(token: second) == nil)
        _ = try await server.letters()
        let third = try await link()
        server.clock.advance(by: .seconds(3_600))
        #expect(try await server.accounts.link(token: third) == nil)
        #expect(await code { _ = try await server.accounts.resetPassword(token: third, new: new) } == .notFound)
        #expect(try await server.accounts.pruneSessions() == 1)
    }

    @Test("nobody's address is answered like somebody's, does the same work, and gets no mail")
    func unknown() async throws {
        let server = try await TestServer(mail: true)
        _ = try await server.signUpByMail("ada@example.org", password: password)
        let before = try await server.rows(Resources.jobs).count
        for email in ["ada@example.org", "nobody@example.org", "", "not an address", "a@b@c"] {
            try await server.accounts.requestReset(email: email)
        }
        #expect(try await server.rows(Resources.jobs).count == before + 5)
        #expect(try await server.letters().map(\.to) == ["ada@example.org"])
    }

    @Test("other letters do not use up what a lost password may")
    func apart() async throws {
        let server = try await TestServer(mail: true)
        _ = try await server.signUpByMail("ada@example.org", password: password)
        let refused = await code {
            for _ in 0..<20 {
                try await server.accounts.requestSignUp(email: "ada@example.org", password: password)
            }
        }
        #expect(refused == .rateLimited)
        _ = try await server.letters()
        try await server.accounts.requestReset(email: "ada@example.org")
        #expect(try await server.letters().map(\.subject) == ["Set a new password"])
    }

    @Test("nobody is buried in mail, and one address does not ask for all")
    func bounded() async throws {
        let server = try await TestServer(mail: true)
        _ = try await server.signUpByMail("ada@example.org", password: password)
        for index in 0..<20 {
            try await server.accounts.requestReset(
                email: "ada@example.org",
                from: Origin(remoteAddress: "198.51.100.\(index)")
            )
        }
        #expect(try await server.rows(Resources.jobs, [.init("kind", .eq, "mail.send")]).count <= 1 + 5)
        let eve = Origin(remoteAddress: "203.0.113.1")
        let refused = await code {
            for index in 0..<100 {
                try await server.accounts.requestReset(email: "u\(index)@example.org", from: eve)
            }
        }
        #expect(refused == .rateLimited)
        try await server.accounts.requestReset(email: "bob@example.org", from: Origin(remoteAddress: "192.0.2.1"))
    }

    @Test("a sign-up is answered the same for a known address, which alone is told")
    func signUp() async throws {
        let server = try await TestServer(mail: true)
        let signedIn = try await server.signUpByMail("ada@example.org", password: password)
        #expect(signedIn.session.isConfirmed)
        #expect(signedIn.session.team?.name == "Ada's team")
        let (users, links) = (
            try await server.rows(Resources.users).count, try await server.rows(Resources.accountLinks).count
        )
        try await server.accounts.requestSignUp(email: "ada@example.org", password: new, teamName: "Mine")
        try await server.accounts.requestSignUp(email: "bob@example.org", password: new, teamName: "Yard")
        #expect(try await server.rows(Resources.users).count == users)
        #expect(try await server.rows(Resources.accountLinks).count == links + 2)
        // Until the mail is read there is no account, so its password tells nothing either.
        for email in ["ada@example.org", "bob@example.org"] {
            #expect(
                await code { _ = try await server.accounts.signIn(email: email, password: new) } == .unauthenticated
            )
        }
        let letters = try await server.letters()
        #expect(letters.map(\.to) == ["ada@example.org", "bob@example.org"])
        #expect(letters.map(\.subject) == ["You have an account already", "Confirm your address"])
        #expect(letters.first?.text.contains("/confirm/") == false)
        let token = TestServer.token(in: letters.last, "/confirm/")
        #expect(
            await code { _ = try await server.accounts.completeSignUp(token: token, password: password) } == .invalid
        )
        let bob = try await server.accounts.completeSignUp(token: token, password: new)
        #expect(bob.session.team?.name == "Yard")
        #expect(bob.session.team?.role == .owner)
        #expect(await code { _ = try await server.accounts.completeSignUp(token: token, password: new) } == .notFound)
    }

    @Test("an account that was made meanwhile is not made twice")
    func madeMeanwhile() async throws {
        let server = try await TestServer(mail: true)
        try await server.accounts.requestSignUp(email: "ada@example.org", password: password)
        let token = TestServer.token(in: try await server.letters().first, "/confirm/")
        try await server.accounts.createUser(email: "ada@example.org", password: new, teamSlug: "lab")
        #expect(
            await code { _ = try await server.accounts.completeSignUp(token: token, password: password) } == .conflict
        )
    }

    @Test("an account whose address is not confirmed works, and can be confirmed")
    func confirm() async throws {
        let server = try await TestServer(mail: true)
        try await server.accounts.createUser(email: "ada@example.org", password: password, teamSlug: "lab")
        let signedIn = try await server.accounts.signIn(email: "ada@example.org", password: password)
        #expect(!signedIn.session.isConfirmed)
        try await server.accounts.requestConfirmation(signedIn.session)
        let token = TestServer.token(in: try await server.letters().first, "/confirm/")
        #expect(await code { _ = try await server.accounts.resetPassword(token: token, new: new) } == .notFound)
        #expect(try await server.accounts.confirm(token: token) == "ada@example.org")
        #expect(try await server.accounts.session(token: signedIn.token)?.isConfirmed == true)
        #expect(await code { _ = try await server.accounts.confirm(token: token) } == .notFound)
    }

    @Test("an account moves to another address when its link is opened; the old one is told")
    func changeEmail() async throws {
        let server = try await TestServer(mail: true)
        let signedIn = try await server.signUpByMail("ada@example.org", password: password)
        let session = signedIn.session
        func ask(_ email: String, _ password: String) async -> DashError.Code? {
            await code { try await server.accounts.requestEmailChange(session, password: password, to: email) }
        }
        #expect(await ask("ada@example.com", "wrong") == .invalid)
        #expect(await ask("nothing", password) == .invalid)
        #expect(await ask("ADA@example.org", password) == .invalid)
        try await server.accounts.requestReset(email: "ada@example.org")
        #expect(await ask("Ada@Example.com", password) == nil)
        let letters = try await server.letters()
        let reset = TestServer.token(in: letters.first, "/reset-password/")
        #expect(letters.map(\.to) == ["ada@example.org", "ada@example.com", "ada@example.org"])
        #expect(letters.last?.text.contains("ada@example.com") == true)
        #expect(try await server.accounts.session(token: signedIn.token)?.email == "ada@example.org")
        let token = TestServer.token(in: letters[1], "/confirm/")
        #expect(try await server.accounts.confirm(token: token) == "ada@example.com")
        #expect(try await server.accounts.session(token: signedIn.token)?.email == "ada@example.com")
        #expect(try await server.letters().map(\.to) == ["ada@example.org"])
        // What went to the old address leads nowhere any more.
        #expect(try await server.accounts.link(token: reset) == nil)
        _ = try await server.accounts.signIn(email: "ada@example.com", password: password)
        #expect(
            await code { _ = try await server.accounts.signIn(email: "ada@example.org", password: password) }
                == .unauthenticated
        )
    }

    @Test("moving to somebody else's address is answered the same, tells only them, and moves nothing")
    func takenAddress() async throws {
        let server = try await TestServer(mail: true)
        let signedIn = try await server.signUpByMail("ada@example.org", password: password)
        try await server.accounts.createUser(email: "bob@example.org", password: password, teamSlug: "lab")
        try await server.accounts.requestEmailChange(signedIn.session, password: password, to: "bob@example.org")
        let letters = try await server.letters()
        #expect(
            letters.map(\.subject) == ["You have an account already", "Your account is to move to another address"]
        )
        #expect(letters.allSatisfy { !$0.text.contains("/confirm/") })
    }

    @Test("a new password voids an address change that somebody else asked for")
    func voidsChange() async throws {
        let server = try await TestServer(mail: true)
        let thief = try await server.signUpByMail("ada@example.org", password: password)
        try await server.accounts.requestEmailChange(thief.session, password: password, to: "eve@example.com")
        let change = TestServer.token(in: try await server.letters().first, "/confirm/")
        try await server.accounts.requestReset(email: "ada@example.org")
        let reset = TestServer.token(in: try await server.letters().first, "/reset-password/")
        _ = try await server.accounts.resetPassword(token: reset, new: new)
        #expect(await code { _ = try await server.accounts.confirm(token: change) } == .notFound)
        #expect(try await server.accounts.session(token: thief.token) == nil)
    }

    @Test("an operator's link sets a password, and proves no address")
    func operatorLink() async throws {
        let server = try await TestServer()
        try await server.accounts.createUser(email: "ada@example.org", password: password, teamSlug: "lab")
        #expect(await code { _ = try await server.accounts.makeResetLink(email: "bob@example.org") } == .notFound)
        #expect(await code { try await server.accounts.requestReset(email: "ada@example.org") } == .preconditionFailed)
        let link = try await server.accounts.makeResetLink(email: "Ada@example.org")
        #expect(link.hasPrefix("https://dash.test/reset-password/"))
        let token = String(link.split(separator: "/").last ?? "")
        let signedIn = try await server.accounts.resetPassword(token: token, new: new)
        #expect(!signedIn.session.isConfirmed)
        let actions = try await server.rows(Resources.auditEvents).compactMap { $0.string("action") }
        #expect(actions.contains("make_reset_link"))
        #expect(actions.contains("reset_password"))
    }

    @Test("an invitation that came by mail confirms the address, one that was handed over does not")
    func invitations() async throws {
        let server = try await TestServer(registration: .invite, mail: true)
        let tenant = try await Tenant(server)
        func invite(_ email: String) async throws -> (handed: String, mailed: String, proof: String) {
            let made = try await server.service.create(
                Resources.invitations,
                ResourceInput(["email": .string(email), "role": "member"]),
                as: try #require(tenant.principals[.admin])
            )
            let letter = try #require(try await server.letters().first)
            #expect(letter.to == email)
            let proof = letter.text.split(separator: "?mailed=").last?.prefix { !$0.isNewline } ?? ""
            return (made.secret ?? "", TestServer.token(in: letter, "/invitations/"), String(proof))
        }
        let bob = try await invite("bob@example.org")
        #expect(bob.handed == bob.mailed)
        let byMail = try await server.accounts.signUp(
            email: "bob@example.org",
            password: password,
            invitation: bob.mailed,
            proof: bob.proof
        )
        #expect(byMail.session.isConfirmed)
        let eve = try await invite("eve@example.org")
        let byHand = try await server.accounts.signUp(
            email: "eve@example.org",
            password: password,
            invitation: eve.handed,
            proof: bob.proof
        )
        #expect(!byHand.session.isConfirmed)
        #expect(try await server.letters().map(\.subject) == ["Confirm your address"])
    }

    @Test("no team buries a mailbox in invitations")
    func manyInvitations() async throws {
        let server = try await TestServer(registration: .invite, mail: true)
        let admin = try #require(try await Tenant(server).principals[.admin])
        let refused = await code {
            for _ in 0..<20 {
                _ = try await server.service.create(
                    Resources.invitations,
                    ResourceInput(["email": "bob@example.org", "role": "member"]),
                    as: admin
                )
            }
        }
        #expect(refused == .rateLimited)
        #expect(try await server.letters().count == SignInLimits.letters.quota)
    }

    @Test("links made with a key that has been replaced are still good")
    func keys() async throws {
        let (old, key) = (AESGCMSealer.makeKey(), AESGCMSealer.makeKey())
        let row = UUID.v7()
        let before = LinkTokens(signer: try SecretSigner(keys: [old]))
        let after = LinkTokens(signer: try SecretSigner(keys: [key, old]))
        let token = before.make(for: row)
        #expect(after.make(for: row) != token)
        #expect(after.token(of: row, hash: SecretToken.hash(token)) == token)
        #expect(after.isMailProof(before.mailProof(of: row), of: row))
        #expect(after.token(of: .v7(), hash: SecretToken.hash(token)) == nil)
        #expect(throws: DashError.self) { try SecretSigner(keys: []) }
        #expect(throws: DashError.self) { try SecretSigner(keys: ["short"]) }
    }
}

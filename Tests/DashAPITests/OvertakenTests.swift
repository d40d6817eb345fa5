import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials
import Testing

@testable import DashAPI

@Suite("Accounts: what was begun before a password was replaced")
struct OvertakenTests {
    private let password = "correct horse battery"
    private let new = "another horse entirely"

    @Test("a letter that is written again makes no used link good, nor one that was asked for before a new password")
    func letters() async throws {
        let server = try await TestServer(mail: true)
        _ = try await server.signUpByMail("ada@example.org", password: password)
        try await server.accounts.requestReset(email: "ada@example.org")
        try await server.accounts.requestReset(email: "ada@example.org")
        let jobs = try await server.rows(Resources.jobs, [.init("kind", .eq, "mail.send")])
            .filter { $0["parameters"]["letter"] == "reset" }.sorted { $0.id.text < $1.id.text }
        #expect(jobs.count == 2)
        let (first, second) = (try #require(jobs.first), try #require(jobs.last))
        let letter = try #require(try await server.accounts.letter(second["parameters"], job: second.id))
        _ = try await server.accounts.resetPassword(token: TestServer.token(in: letter, "/reset-password/"), new: new)
        for job in [first, second] {
            #expect(try await server.accounts.letter(job["parameters"], job: job.id) == nil)
        }
        let fresh = try await server.accounts.signIn(email: "ada@example.org", password: new).session
        try await server.accounts.requestReset(email: "ada@example.org")
        try await server.accounts.changePassword(fresh, current: new, new: password)
        #expect(try await server.letters().map(\.subject).contains("Set a new password") == false)
        try await server.accounts.requestReset(email: "ada@example.org")
        #expect(try await server.letters().map(\.subject) == ["Set a new password"])
    }

    @Test("what the old password proved is worth nothing after a reset")
    func proofs() async throws {
        let server = try await TestServer(mail: true)
        let accounts = server.accounts
        let session = try await server.signUpByMail("ada@example.org", password: password).session
        let proof = try await accounts.check(password, of: session, pointer: "/password", now: server.clock.now)
        try await accounts.apply { proof.required(in: session.id) }
        try await accounts.requestReset(email: "ada@example.org")
        let token = TestServer.token(in: try await server.letters().first, "/reset-password/")
        _ = try await accounts.resetPassword(token: token, new: new)
        let old = await #expect(throws: DashError.self) { try await accounts.apply { proof.required() } }
        #expect(old?.code == .unauthenticated)
        let late = await #expect(throws: DashError.self) {
            _ = try await accounts.openSession(proof, team: nil, from: Origin())
        }
        #expect(late?.code == .unauthenticated)
        let ended = try await accounts.signIn(email: "ada@example.org", password: new).session
        let fresh = try await accounts.check(new, of: ended, pointer: "/password", now: server.clock.now)
        try await accounts.signOut(ended)
        let gone = await #expect(throws: DashError.self) {
            try await accounts.apply { fresh.required(in: ended.id) }
        }
        #expect(gone?.code == .unauthenticated)
    }

    @Test("strangers' sign-ups with somebody's address neither void nor use up theirs")
    func strangers() async throws {
        let server = try await TestServer(mail: true)
        let mine = Origin(remoteAddress: "192.0.2.1")
        try await server.accounts.requestSignUp(email: "ada@example.org", password: password, from: mine)
        let token = TestServer.token(in: try await server.letters().first, "/confirm/")
        let strange = Origin(remoteAddress: "203.0.113.9")
        for _ in 0..<8 {
            try? await server.accounts.requestSignUp(email: "ada@example.org", password: new, from: strange)
        }
        #expect(try await server.letters().count == SignInLimits.letters.quota)
        try await server.accounts.requestSignUp(email: "ada@example.org", password: password, from: mine)
        let signedIn = try await server.accounts.completeSignUp(token: token, password: password)
        #expect(signedIn.session.email == "ada@example.org")
    }
}

import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials
import Testing

@testable import DashAPI

@Suite("Accounts: what happens between the look at a password and the change that relies on it")
struct AccountRaceTests {
    private let password = "correct horse battery"
    private let new = "another horse entirely"
    private let third = "a third one of its kind"

    /// Ada, whose next change is overtaken.
    private struct Scene: Sendable {
        let server: TestServer
        let racing: RacingStore
        /// As another request finds them, in the midst of which something else happens.
        let slow: Accounts
        let ended = EndLog()
        let ada: SignedIn

        init(password: String) async throws {
            let signer = SecretSigner()
            server = try await TestServer(mail: true, signer: signer)
            racing = RacingStore(server.store.resources)
            slow = Accounts(
                store: racing,
                hasher: PasswordHasher(cost: ScryptCost(logRounds: 4)),
                signer: signer,
                mail: MailQueue(),
                clock: server.clock,
                onSessionsEnded: { [ended] in ended.append($0) }
            )
            ada = try await server.signUpByMail("ada@example.org", password: password)
        }

        /// The token of a link to set a new password.
        func resetToken() async throws -> String {
            try await server.accounts.requestReset(email: "ada@example.org")
            return TestServer.token(in: try await server.letters().first, "/reset-password/")
        }

        func isPassword(_ password: String) async throws -> Bool {
            do {
                _ = try await server.accounts.signIn(email: "ada@example.org", password: password)
                return true
            } catch let error as DashError where error.code == .unauthenticated {
                return false
            }
        }

        /// Links by which the account would move.
        func moves() async throws -> Int {
            try await server.rows(Resources.accountLinks, [.init("purpose", .eq, "change_email")]).count
        }
    }

    /// The code of the error with which it fails.
    private func code(_ body: () async throws -> Void) async -> DashError.Code? {
        await #expect(throws: DashError.self) { try await body() }?.code
    }

    @Test("of two new passwords that rely on the same one, the first stays")
    func twoChanges() async throws {
        let scene = try await Scene(password: password)
        let session = scene.ada.session
        scene.racing.meanwhile {
            try await scene.server.accounts.changePassword(session, current: password, new: new)
        }
        let overtaken = await code { try await scene.slow.changePassword(session, current: password, new: third) }
        #expect(overtaken == .unauthenticated)
        #expect(try await scene.isPassword(new))
        #expect(try await !scene.isPassword(third))
    }

    @Test("a change by the old password does not undo a reset")
    func reset() async throws {
        let scene = try await Scene(password: password)
        let token = try await scene.resetToken()
        scene.racing.meanwhile { _ = try await scene.server.accounts.resetPassword(token: token, new: new) }
        let overtaken = await code {
            try await scene.slow.changePassword(scene.ada.session, current: password, new: third)
        }
        #expect(overtaken == .unauthenticated)
        #expect(try await scene.isPassword(new))
        #expect(try await !scene.isPassword(third))
    }

    @Test("a session that ends meanwhile changes nothing any more")
    func endedSession() async throws {
        let scene = try await Scene(password: password)
        let session = scene.ada.session
        scene.racing.meanwhile { try await scene.server.accounts.endSession(session.id, of: session) }
        let overtaken = await code { try await scene.slow.changePassword(session, current: password, new: new) }
        #expect(overtaken == .unauthenticated)
        #expect(try await scene.isPassword(password))
    }

    @Test("an account does not begin to move by a password that was replaced meanwhile")
    func move() async throws {
        let scene = try await Scene(password: password)
        let token = try await scene.resetToken()
        scene.racing.meanwhile { _ = try await scene.server.accounts.resetPassword(token: token, new: new) }
        let overtaken = await code {
            try await scene.slow.requestEmailChange(scene.ada.session, password: password, to: "eve@example.com")
        }
        #expect(overtaken == .unauthenticated)
        #expect(try await scene.moves() == 0)
    }

    @Test("nobody is signed in by a password that was replaced meanwhile")
    func signIn() async throws {
        let scene = try await Scene(password: password)
        let token = try await scene.resetToken()
        scene.racing.meanwhile { _ = try await scene.server.accounts.resetPassword(token: token, new: new) }
        let overtaken = await code {
            _ = try await scene.slow.signIn(email: "ada@example.org", password: password)
        }
        #expect(overtaken == .unauthenticated)
        #expect(try await scene.server.rows(Resources.sessions).count == 1)
    }

    @Test("a reset ends sessions that are opened by the old password meanwhile, and tells of it")
    func sessionDuringReset() async throws {
        let scene = try await Scene(password: password)
        let token = try await scene.resetToken()
        scene.racing.meanwhile {
            _ = try await scene.server.accounts.signIn(email: "ada@example.org", password: password)
        }
        let before = Set(try await scene.server.rows(Resources.sessions).map(\.id))
        let mine = try await scene.slow.resetPassword(token: token, new: new)
        #expect(try await scene.server.rows(Resources.sessions).map(\.id) == [mine.session.id])
        #expect(scene.ended.ids.isSuperset(of: before))
        #expect(scene.ended.ids.count == 2)
    }

    @Test("a reset voids links that the old password makes meanwhile")
    func linkDuringReset() async throws {
        let scene = try await Scene(password: password)
        let token = try await scene.resetToken()
        scene.racing.meanwhile {
            let session = scene.ada.session
            try await scene.server.accounts.requestEmailChange(session, password: password, to: "eve@example.com")
        }
        _ = try await scene.slow.resetPassword(token: token, new: new)
        #expect(try await scene.moves() == 0)
    }

    @Test("a reset whose session is overtaken by another reset opens none")
    func resetDuringSignIn() async throws {
        let scene = try await Scene(password: password)
        let token = try await scene.resetToken()
        // The second changes of a reset open its session.
        scene.racing.meanwhile {
            scene.racing.meanwhile {
                let link = try await scene.server.accounts.makeResetLink(email: "ada@example.org")
                let token = String(link.split(separator: "/").last ?? "")
                _ = try await scene.server.accounts.resetPassword(token: token, new: third)
            }
        }
        let overtaken = await code { _ = try await scene.slow.resetPassword(token: token, new: new) }
        #expect(overtaken == .unauthenticated)
        #expect(try await scene.server.rows(Resources.sessions).count == 1)
        #expect(try await scene.isPassword(third))
    }
}

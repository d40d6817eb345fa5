import DashModel
import DashPipeline
import FoundationEssentials
import Testing

@testable import DashAPI

@Suite("Limits of sign-in")
struct SignInLimitTests {
    private let now = Timestamp(seconds: 1_795_000_000)
    private let password = "correct horse battery"

    private func limits() -> SignInLimits { SignInLimits(start: now, metrics: MetricsRegistry()) }

    /// How many of the tries the limits let through.
    private func allowed(
        _ count: Int,
        _ limits: SignInLimits,
        email: (Int) -> String = { _ in "ada@example.org" },
        browser: String? = nil,
        address: (Int) -> String
    ) -> Int {
        (0..<count).count {
            (try? limits.begin(email: email($0), browser: browser, address: address($0), now: now)) != nil
        }
    }

    @Test("many addresses guess one account no more often than a few")
    func thirteenAddresses() {
        let limits = limits()
        #expect(allowed(13 * 10, limits) { "198.51.100.\($0 / 10)" } == SignInLimits.account.quota)
    }

    @Test("a guesser anywhere does not lock out a browser that is known")
    func knownBrowser() throws {
        let limits = limits()
        _ = allowed(1_000, limits) { "198.51.100.\($0 % 250)" }
        #expect(throws: DashError.self) {
            try limits.begin(email: "ada@example.org", browser: nil, address: "192.0.2.1", now: now)
        }
        // Not even from the guesser's own address, and it has tries of its own.
        #expect(
            allowed(50, limits, browser: "b1") { _ in "198.51.100.1" } == SignInLimits.known.quota
        )
        #expect(allowed(50, limits, browser: "b2") { _ in "198.51.100.1" } == SignInLimits.known.quota)
    }

    @Test("a crowd of made-up accounts does not let a guesser in anew")
    func crowd() {
        let limits = limits()
        #expect(allowed(20, limits) { _ in "2001:db8::1" } == SignInLimits.pair.quota)
        _ = allowed(22_400, limits, email: { "u\($0)@b.co" }) { _ in "203.0.113.9" }
        _ = allowed(120_000, limits, email: { "u\($0)@b.co" }) { "10.\($0 >> 12).\($0 >> 4 & 255).1" }
        // Another address of the same /64 is the same person.
        #expect(allowed(5, limits) { _ in "2001:db8::2" } == 0)
        #expect(allowed(1, limits, browser: "b") { _ in "10.0.0.1" } == 1)
    }

    @Test("one address tries only so many accounts, and so does a provider's customer with all of a /48")
    func addresses() {
        let limits = limits()
        #expect(
            allowed(500, limits, email: { "u\($0)@b.co" }) { _ in "198.51.100.7" } == SignInLimits.address.quota
        )
        let wide = allowed(2_000, limits, email: { "v\($0)@b.co" }) { "2001:db8:7:\(String($0, radix: 16))::1" }
        #expect(wide == SignInLimits.site.quota)
    }

    @Test("a crowd behind one address that signs in rightly is no matter how large")
    func office() throws {
        let limits = limits()
        for person in 0..<1_000 {
            let attempt = try limits.begin(email: "u\(person)@b.co", browser: nil, address: "192.0.2.1", now: now)
            limits.succeed(attempt)
        }
    }

    @Test("what failed before a success is forgotten, a try that had no turn is none, and time heals")
    func forgiving() throws {
        let limits = limits()
        func attempt(_ time: Timestamp) throws -> SignInLimits.Attempt {
            try limits.begin(email: "ada@example.org", browser: nil, address: "192.0.2.1", now: time)
        }
        for _ in 0..<3 {
            for _ in 0..<SignInLimits.pair.quota - 1 { _ = try attempt(now) }
            limits.succeed(try attempt(now))
        }
        for _ in 0..<100 { limits.cancel(try attempt(now)) }
        while (try? attempt(now)) != nil {}
        _ = try attempt(now + .seconds(3_600))
    }

    @Test("only the server makes a browser known, for the person, for a time and by the present password")
    func cookies() {
        let signer = SecretSigner()
        let known = KnownBrowsers(signer: signer)
        let ada = PasswordProof(user: .v7(), hash: "h1")
        let bob = PasswordProof(user: .v7(), hash: "h1")
        let cookie = known.cookie(nil, adding: ada, now: now)
        let name = known.browser(of: ada, in: cookie, now: now)
        #expect(name != nil)
        #expect(known.browser(of: bob, in: cookie, now: now) == nil)
        let both = known.cookie(cookie, adding: bob, now: now)
        #expect(known.browser(of: ada, in: both, now: now) == name)
        #expect(known.browser(of: bob, in: both, now: now) != nil)
        let moved = cookie.replacing(ada.user.text, with: bob.user.text)
        #expect(known.browser(of: ada, in: moved, now: now) == nil)
        #expect(known.browser(of: bob, in: moved, now: now) == nil)
        #expect(known.browser(of: ada, in: cookie, now: now + .seconds(181 * 86_400)) == nil)
        #expect(KnownBrowsers(signer: SecretSigner()).browser(of: ada, in: cookie, now: now) == nil)
        // With a new password it is strange to its owner, and known to the other still.
        let new = PasswordProof(user: ada.user, hash: "h2")
        #expect(known.browser(of: new, in: both, now: now) == nil)
        let again = known.cookie(both, adding: new, now: now)
        #expect(known.browser(of: new, in: again, now: now) != nil)
        #expect(known.browser(of: ada, in: again, now: now) == nil)
        #expect(known.browser(of: bob, in: again, now: now) != nil)
        let days = ["\(Int64.min)", "\(Int64.max)", "99999999999999999999", "-1", ""]
        let made = days.map { "\(bob.user.text).a.\($0).p.q" }
        // As they were before they told of the password.
        let body = "\(bob.user.text).0123456789abcdef.\(now.microseconds / 86_400_000_000)"
        let old = body + "." + Base64URL.encode(Array(signer.signature(of: body, for: "browser").prefix(16)))
        for text in made + [old, "", "~~~", "....", cookie + "x", String(repeating: cookie + "~", count: 50)] {
            #expect(known.browser(of: bob, in: text, now: now) == nil)
        }
        // Only so many people of one browser are kept, the newest.
        var full = cookie
        for _ in 0..<9 { full = known.cookie(full, adding: PasswordProof(user: .v7(), hash: "h"), now: now) }
        #expect(known.browser(of: ada, in: full, now: now) == nil)
        #expect(full.utf8.count < 500)
    }

    @Test("who was locked out elsewhere signs in with the browser that is known")
    func signIn() async throws {
        let server = try await TestServer()
        let home = Origin(remoteAddress: "192.0.2.1")
        let first = try await server.accounts.signUp(email: "ada@example.org", password: password, from: home)
        for index in 0..<SignInLimits.account.quota {
            let eve = Origin(remoteAddress: "198.51.100.\(index)")
            await #expect(throws: DashError.self) {
                try await server.accounts.signIn(email: "ada@example.org", password: "no", from: eve)
            }
        }
        let stranger = await #expect(throws: DashError.self) {
            try await server.accounts.signIn(email: "ada@example.org", password: password, from: home)
        }
        #expect(stranger?.code == .rateLimited)
        let known = Origin(remoteAddress: "198.51.100.1", browsers: first.browsers)
        _ = try await server.accounts.signIn(email: "ada@example.org", password: password, from: known)
        // Nobody's account is limited like somebody's: the limit tells nothing.
        for index in 0...SignInLimits.account.quota {
            let error = await #expect(throws: DashError.self) {
                let mallory = Origin(remoteAddress: "203.0.113.\(index)")
                _ = try await server.accounts.signIn(email: "nobody@example.org", password: "no", from: mallory)
            }
            #expect(error?.code == (index < SignInLimits.account.quota ? .unauthenticated : .rateLimited))
        }
    }

    @Test("a new password makes every browser a strange one, but that in which it was set", arguments: [false, true])
    func newPassword(isReset: Bool) async throws {
        let new = "another horse entirely"
        let server = try await TestServer(mail: true)
        let home = Origin(remoteAddress: "192.0.2.1")
        let first = try await server.signUpByMail("ada@example.org", password: password)
        let second = try await server.accounts.signIn(email: "ada@example.org", password: password, from: home)
        let renewed: String
        if isReset {
            try await server.accounts.requestReset(email: "ada@example.org")
            let token = TestServer.token(in: try await server.letters().last, "/reset-password/")
            renewed = try await server.accounts.resetPassword(token: token, new: new).browsers
        } else {
            let here = Origin(remoteAddress: "192.0.2.1", browsers: second.browsers)
            renewed = try await server.accounts.changePassword(
                second.session,
                current: password,
                new: new,
                from: here
            )
        }
        for index in 0..<SignInLimits.account.quota {
            let eve = Origin(remoteAddress: "198.51.100.\(index)")
            await #expect(throws: DashError.self) {
                try await server.accounts.signIn(email: "ada@example.org", password: "no", from: eve)
            }
        }
        for before in [first.browsers, second.browsers] {
            let error = await #expect(throws: DashError.self) {
                let known = Origin(remoteAddress: "203.0.113.1", browsers: before)
                _ = try await server.accounts.signIn(email: "ada@example.org", password: new, from: known)
            }
            #expect(error?.code == .rateLimited)
        }
        let known = Origin(remoteAddress: "203.0.113.1", browsers: renewed)
        _ = try await server.accounts.signIn(email: "ada@example.org", password: new, from: known)
    }
}

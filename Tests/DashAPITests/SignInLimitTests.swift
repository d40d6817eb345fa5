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

    @Test("only the server makes a browser known, for the person and for a time")
    func cookies() {
        let known = KnownBrowsers(signer: SecretSigner())
        let (ada, bob) = (UUID.v7(), UUID.v7())
        let cookie = known.cookie(nil, adding: ada, now: now)
        let name = known.browser(of: ada, in: cookie, now: now)
        #expect(name != nil)
        #expect(known.browser(of: bob, in: cookie, now: now) == nil)
        let both = known.cookie(cookie, adding: bob, now: now)
        #expect(known.browser(of: ada, in: both, now: now) == name)
        #expect(known.browser(of: bob, in: both, now: now) != nil)
        #expect(known.browser(of: ada, in: cookie.replacing(ada.text, with: bob.text), now: now) == nil)
        #expect(known.browser(of: bob, in: cookie.replacing(ada.text, with: bob.text), now: now) == nil)
        #expect(known.browser(of: ada, in: cookie, now: now + .seconds(181 * 86_400)) == nil)
        #expect(KnownBrowsers(signer: SecretSigner()).browser(of: ada, in: cookie, now: now) == nil)
        let days = ["\(Int64.min)", "\(Int64.max)", "99999999999999999999", "-1", ""]
        let made = days.map { "\(bob.text).a.\($0).q" }
        for text in made + ["", "~~~", "....", cookie + "x", String(repeating: cookie + "~", count: 50)] {
            #expect(known.browser(of: bob, in: text, now: now) == nil)
        }
        // Only so many people of one browser are kept, the newest.
        var full = cookie
        for _ in 0..<9 { full = known.cookie(full, adding: .v7(), now: now) }
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
}

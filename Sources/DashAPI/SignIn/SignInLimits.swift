import DashModel
import DashPipeline

/// How often passwords may be tried and letters be asked for. Only what fails counts in the end.
///
/// A browser in which the person has signed in before has tries of its own. All others share those of the account, so that
/// a guesser with many addresses gains nothing, and none of them can lock the owner's browser out. An address has a limit
/// on all accounts together. Accounts are counted by the name that is typed, whether there is one or not, and apart from
/// addresses and known browsers: a crowd of made-up names leaves those as they are.
final class SignInLimits: Sendable {
    /// Of one address (of IPv6: its /64) on all accounts.
    static let address = RateLimit(name: "sign_in_address", quota: 100, window: .seconds(300))
    /// Of the /48 that one customer of a provider has.
    static let site = RateLimit(name: "sign_in_site", quota: 400, window: .seconds(300))
    /// Of one address on one account.
    static let pair = RateLimit(name: "sign_in_pair", quota: 10, window: .seconds(300))
    /// On one account, from wherever nobody has signed in to it.
    static let account = RateLimit(name: "sign_in_account", quota: 30, window: .seconds(3_600))
    /// Of a browser that is known to be the person's, and of a signed-in person who is asked again.
    static let known = RateLimit(name: "sign_in_known", quota: 10, window: .seconds(300))
    static let signUps = RateLimit(name: "sign_up", quota: 60, window: .seconds(300))
    /// Letters that one address may ask for, and that one mailbox gets.
    static let requests = RateLimit(name: "letters_address", quota: 30, window: .seconds(3_600))
    static let letters = RateLimit(name: "letters", quota: 5, window: .seconds(3_600))
    /// Letters about sign-ups that one mailbox gets, from wherever they were asked for.
    static let signUpLetters = RateLimit(name: "letters_sign_up", quota: 30, window: .seconds(3_600))
    /// Invitations that a team sends.
    static let invitations = RateLimit(name: "letters_team", quota: 60, window: .seconds(3_600))

    /// What a try has taken, to be settled when its outcome is known.
    struct Attempt: Sendable {
        fileprivate var taken: [Taken] = []
    }

    fileprivate struct Taken: Sendable {
        var rates: Rates
        var limit: RateLimit
        var party: Party
        /// Whether a success wipes the failures before it, too.
        var isForgiven: Bool
    }

    private let addresses: Rates
    private let accounts: Rates
    private let known: Rates
    private let start: (time: Timestamp, instant: ContinuousClock.Instant)

    init(start: Timestamp, metrics: MetricsRegistry) {
        self.start = (start, .now)
        addresses = Rates(metrics: metrics)
        accounts = Rates(metrics: metrics)
        known = Rates(metrics: metrics)
    }

    /// Takes a try before the password is looked at, so that many at once are no more than one after the other.
    func begin(email: String, browser: String?, address: String?, now: Timestamp) throws -> Attempt {
        var attempt = Attempt()
        if let browser {
            try take(known, Self.known, .person("\(email) \(browser)"), forgiven: true, &attempt, now)
            return attempt
        }
        let network = ClientNetwork.text(of: address)
        // The network comes first: whoever is over its limit adds no names of made-up accounts.
        if let site = ClientNetwork.site(of: address) { try take(addresses, Self.site, .address(site), &attempt, now) }
        try take(addresses, Self.address, .address(network), &attempt, now)
        try take(accounts, Self.pair, .person("\(email) \(network)"), forgiven: true, &attempt, now)
        try take(accounts, Self.account, .person(email), &attempt, now)
        return attempt
    }

    /// The same for somebody who is signed in and has to prove it anew.
    func beginCheck(of user: String, now: Timestamp) throws -> Attempt {
        var attempt = Attempt()
        try take(known, Self.known, .person(user), forgiven: true, &attempt, now)
        return attempt
    }

    /// The password was right: what was taken is given back, and the failures before it are forgotten where only its owner
    /// can have been.
    func succeed(_ attempt: Attempt) {
        for taken in attempt.taken where taken.isForgiven { taken.rates.forgive(taken.limit, taken.party) }
        for taken in attempt.taken where !taken.isForgiven { taken.rates.giveBack(taken.limit, taken.party) }
    }

    /// The password was not looked at.
    func cancel(_ attempt: Attempt) {
        for taken in attempt.taken { taken.rates.giveBack(taken.limit, taken.party) }
    }

    func signUp(from address: String?, now: Timestamp) throws {
        var attempt = Attempt()
        try take(addresses, Self.signUps, .address(ClientNetwork.text(of: address)), &attempt, now)
    }

    /// Counts an address that asks for letters.
    func request(from address: String?, now: Timestamp) throws {
        let party = Party.address(ClientNetwork.text(of: address))
        let status = addresses.take(Self.requests, party, now: instant(now))
        guard status.isAllowed else {
            throw DashError(
                .rateLimited,
                "Too many mails were asked for from here. Wait some minutes and look into your mail meanwhile.",
                retryAfter: status.retryAfter
            )
        }
    }

    /// Whether one more letter may go: nobody is to be buried in mail. Each cause is counted apart, so that what strangers
    /// can cause uses up nothing of what the owner may ask for.
    func mayWrite(_ cause: LetterCause, now: Timestamp) -> Bool {
        switch cause {
        case .reset(let email): return takeLetter("reset \(email)", now)
        case .confirmation(let user): return takeLetter("confirm \(user.text)", now)
        case .change(let email): return takeLetter("change \(email)", now)
        case .signUp(let email, let address):
            return takeLetter("sign_up \(email) \(ClientNetwork.text(of: address))", now)
                && accounts.take(Self.signUpLetters, .person(email), now: instant(now)).isAllowed
        case .invitation(let email, let team):
            return accounts.take(Self.invitations, .team(team), now: instant(now)).isAllowed
                && takeLetter("invite \(email)", now)
        }
    }

    private func takeLetter(_ party: String, _ now: Timestamp) -> Bool {
        accounts.take(Self.letters, .person(party), now: instant(now)).isAllowed
    }

    private func take(
        _ rates: Rates,
        _ limit: RateLimit,
        _ party: Party,
        forgiven: Bool = false,
        _ attempt: inout Attempt,
        _ now: Timestamp
    ) throws {
        let status = rates.take(limit, party, now: instant(now))
        guard status.isAllowed else {
            throw DashError(
                .rateLimited,
                """
                Too many attempts to sign in. Wait a few minutes, use a browser in which you have signed in before, or \
                set a new password.
                """,
                retryAfter: status.retryAfter
            )
        }
        attempt.taken.append(Taken(rates: rates, limit: limit, party: party, isForgiven: forgiven))
    }

    private func instant(_ now: Timestamp) -> ContinuousClock.Instant { start.instant + (now - start.time) }
}

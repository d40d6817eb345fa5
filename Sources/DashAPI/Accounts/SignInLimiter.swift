import DashModel
import Synchronization

/// Counts sign-in attempts by person and address, so that guessing stays slow whatever it costs the guesser.
final class SignInLimiter: Sendable {
    private struct Window {
        var startedAt: Timestamp
        var count: Int
    }

    static let window: Duration = .seconds(300)
    /// Attempts in a window: for one address on one account, and for one address on all of them.
    static let perAccount = 10
    static let perAddress = 100
    private static let capacity = 100_000

    private struct State {
        var windows: [String: Window] = [:]
        var sweptAt: Timestamp?
    }

    private let state = Mutex(State())

    /// Counts an attempt; throws `.rateLimited` when there were too many.
    func attempt(email: String, address: String?, now: Timestamp) throws {
        let address = ClientNetwork.text(of: address)
        let wait = state.withLock { state -> Duration? in
            Self.sweep(&state, now)
            // The network comes first: whoever is over its limit adds no keys of made-up accounts.
            if let wait = Self.count(&state.windows, address, limit: Self.perAddress, now: now) { return wait }
            return Self.count(&state.windows, Self.key(address, email), limit: Self.perAccount, now: now)
        }
        if let wait {
            throw DashError(.rateLimited, "Too many attempts to sign in. Wait a few minutes.", retryAfter: wait)
        }
    }

    /// A sign-in that worked wipes the account's attempts from that address.
    func succeed(email: String, address: String?) {
        state.withLock { $0.windows[Self.key(ClientNetwork.text(of: address), email)] = nil }
    }

    /// Bounded, whatever somebody types for an address.
    private static func key(_ network: String, _ email: String) -> String { "\(network) \(email.prefix(254))" }

    /// Forgets only windows that are over, so that no crowd of made-up accounts lets a guesser in anew. A sweep looks at
    /// all of them: once a second is enough.
    private static func sweep(_ state: inout State, _ now: Timestamp) {
        guard state.windows.count >= capacity else { return }
        if let sweptAt = state.sweptAt, now - sweptAt < .seconds(1) { return }
        state.sweptAt = now
        state.windows = state.windows.filter { now - $0.value.startedAt < window }
    }

    /// How long to wait when the window is full.
    private static func count(_ windows: inout [String: Window], _ key: String, limit: Int, now: Timestamp) -> Duration?
    {
        // While the table is full of others, strangers wait.
        if windows[key] == nil, windows.count >= capacity { return .seconds(60) }
        var window = windows[key] ?? Window(startedAt: now, count: 0)
        if now - window.startedAt >= Self.window { window = Window(startedAt: now, count: 0) }
        window.count += 1
        windows[key] = window
        return window.count > limit ? Self.window - (now - window.startedAt) : nil
    }
}

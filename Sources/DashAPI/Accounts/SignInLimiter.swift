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
    private static let capacity = 20_000

    private let windows = Mutex<[String: Window]>([:])

    /// Counts an attempt; throws `.rateLimited` when there were too many.
    func attempt(email: String, address: String?, now: Timestamp) throws {
        let address = address ?? "?"
        let wait = windows.withLock { windows -> Duration? in
            if windows.count > Self.capacity { windows = windows.filter { now - $0.value.startedAt < Self.window } }
            if windows.count > Self.capacity { windows.removeAll() }
            let first = Self.count(&windows, "\(address) \(email)", limit: Self.perAccount, now: now)
            let second = Self.count(&windows, address, limit: Self.perAddress, now: now)
            return [first, second].compactMap { $0 }.max()
        }
        if let wait {
            throw DashError(.rateLimited, "Too many attempts to sign in. Wait a few minutes.", retryAfter: wait)
        }
    }

    /// A sign-in that worked wipes the account's attempts from that address.
    func succeed(email: String, address: String?) {
        windows.withLock { $0["\(address ?? "?") \(email)"] = nil }
    }

    /// How long to wait when the window is full.
    private static func count(_ windows: inout [String: Window], _ key: String, limit: Int, now: Timestamp) -> Duration?
    {
        var window = windows[key] ?? Window(startedAt: now, count: 0)
        if now - window.startedAt >= Self.window { window = Window(startedAt: now, count: 0) }
        window.count += 1
        windows[key] = window
        return window.count > limit ? Self.window - (now - window.startedAt) : nil
    }
}

import DashModel
import NIOPosix

/// Hashes and checks passwords on threads made for blocking work, one at a time: each takes 128 MB while it lasts.
public struct PasswordHasher: Sendable {
    private let cost: ScryptCost
    private let decoy: PasswordHash
    private let turns: Turnstile<Bool>

    public init(cost: ScryptCost = ScryptCost(), concurrency: Int = 1) {
        self.cost = cost
        decoy = PasswordHash(decoyOf: cost)
        turns = Turnstile(width: concurrency, queue: 32)
    }

    public func hash(_ password: String) async throws -> String {
        let (cost, password) = (cost, PasswordRules.normalized(password))
        return try await blocking { try PasswordHash(of: password, cost: cost).text }
    }

    /// Whether the password fits. Without a stored hash (nobody has that e-mail address) it takes as long to say no.
    public func matches(_ password: String, stored: String?) async throws -> Bool {
        let hash = stored.flatMap(PasswordHash.init(text:))
        let checked = hash ?? decoy
        let normalized = PasswordRules.normalized(password)
        let fits = try await blocking {
            if try checked.matches(normalized) { return true }
            // Hashes from before there was one spelling.
            return try !normalized.utf8.elementsEqual(password.utf8) && checked.matches(password)
        }
        return fits && hash != nil
    }

    private func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await turns.pass(true) { try await NIOThreadPool.singleton.runIfActive(body) }
    }
}

import DashJSON
public import DashModel
public import DashStorage
import FoundationEssentials

/// People: signing up, in and out, the teams they work in, and the offers to join one.
public struct Accounts: Sendable {
    public static let sessionLifetime: Duration = .seconds(30 * 86_400)

    let store: any Store
    let hasher: PasswordHasher
    let registration: Registration
    let clock: any WallClock
    let limiter = SignInLimiter()

    public init(
        store: any Store,
        hasher: PasswordHasher = PasswordHasher(),
        registration: Registration = .open,
        clock: any WallClock = SystemClock()
    ) {
        self.store = store
        self.hasher = hasher
        self.registration = registration
        self.clock = clock
    }

    /// The user with the address, which must be normalized.
    func user(email: String) async throws -> ResourceRow? {
        let query = ResourceQuery(filters: [.init("email", .eq, .string(email))], limit: 1)
        return try await store.list(Resources.users, query, in: .system).rows.first
    }

    /// A checked e-mail address, or `.invalid`.
    func checkedEmail(_ text: String) throws -> String {
        guard let email = EmailAddress.normalized(text) else {
            let issue = DashError.Issue(pointer: "/email", message: "must be an e-mail address")
            throw DashError(.invalid, "The e-mail address is not one.", issues: [issue])
        }
        return email
    }
}

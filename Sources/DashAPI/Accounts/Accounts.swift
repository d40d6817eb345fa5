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

    /// The user with the address as somebody types it. Accounts from before there was one spelling are found by theirs; the
    /// look-ups are the same for somebody and for nobody.
    func user(email: String) async throws -> ResourceRow? {
        let plain = EmailAddress.plain(String(email.prefix(400)))
        let spellings = Set([plain, EmailAddress.normalized(plain) ?? plain])
        let query = ResourceQuery(
            filters: [.init("email", .in, .array(spellings.sorted().map { .string($0) }))],
            limit: 2
        )
        let rows = try await store.list(Resources.users, query, in: .system).rows
        return rows.first { $0.string("email") == plain } ?? rows.first
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

import DashJSON
public import DashModel
public import DashPipeline
public import DashStorage
import FoundationEssentials

/// People: signing up, in and out, their passwords and addresses, the teams they work in, and the offers to join one.
public struct Accounts: Sendable {
    let store: any ResourceStore
    let hasher: PasswordHasher
    let registration: Registration
    let clock: any WallClock
    public let links: LinkTokens
    let browsers: KnownBrowsers
    /// nil when the server sends no mail.
    let mail: MailQueue?
    /// What the links of mails start with.
    let publicURL: String
    public let sessionLimits: SessionLimits
    let limits: SignInLimits
    /// Told of sessions after they have ended.
    let onSessionsEnded: @Sendable ([EndedSession]) async -> Void

    public init(
        store: any ResourceStore,
        hasher: PasswordHasher = PasswordHasher(),
        registration: Registration = .open,
        signer: SecretSigner = SecretSigner(),
        mail: MailQueue? = nil,
        publicURL: String = "",
        sessionLimits: SessionLimits = SessionLimits(),
        metrics: MetricsRegistry = MetricsRegistry(),
        clock: any WallClock = SystemClock(),
        onSessionsEnded: @escaping @Sendable ([EndedSession]) async -> Void = { _ in }
    ) {
        self.store = store
        self.hasher = hasher
        self.registration = registration
        self.clock = clock
        links = LinkTokens(signer: signer)
        browsers = KnownBrowsers(signer: signer)
        self.mail = mail
        self.publicURL = publicURL
        self.sessionLimits = sessionLimits
        limits = SignInLimits(start: clock.now, metrics: metrics)
        self.onSessionsEnded = onSessionsEnded
    }

    /// Whether the server sends mail: without it nobody is told to look into theirs.
    public var sendsMail: Bool { mail != nil }

    /// Whether somebody may make an account without an invitation.
    public var isOpen: Bool { registration == .open }

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

    /// Applies changes that were made from rows as they were found, and finds them anew when some are gone by then. Throws
    /// `.unauthenticated` when a password that they rely on was replaced.
    @discardableResult
    func apply(_ changes: () async throws -> [ResourceChange]) async throws -> [ResourceRow] {
        for _ in 0..<3 {
            do {
                return try await applyOnce(changes)
            } catch let error as DashError where error.code == .notFound || error.code == .conflict {
                continue
            }
        }
        return try await applyOnce(changes)
    }

    private func applyOnce(_ changes: () async throws -> [ResourceChange]) async throws -> [ResourceRow] {
        let changes = try await changes()
        do {
            return try await store.apply(changes, in: .system)
        } catch let error as DashError where error.code == .preconditionFailed {
            throw DashError(
                .unauthenticated,
                "The password was replaced or the session ended in this moment. Sign in again."
            )
        }
    }
}

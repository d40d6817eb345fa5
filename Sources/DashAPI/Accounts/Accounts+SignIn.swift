import DashJSON
import DashModel
import DashStorage
public import FoundationEssentials

extension Accounts {
    /// Opens a session for the right password. The answer and its time are the same for a wrong one and for nobody.
    public func signIn(email: String, password: String, from origin: Origin = Origin()) async throws -> SignedIn {
        let now = clock.now
        let address = EmailAddress.normalized(email) ?? EmailAddress.plain(String(email.prefix(254)))
        let user = try await user(email: email)
        let known = user.flatMap(proof)
        let browser = known.flatMap { browsers.browser(of: $0, in: origin.browsers, now: now) }
        let attempt = try limits.begin(email: address, browser: browser, address: origin.remoteAddress, now: now)
        let turn = browser == nil ? .stranger(origin.remoteAddress) : user.map { HashTurn.known($0.id) }
        let fits = try await matches(
            password,
            user?.string("hashed_password"),
            in: turn ?? .stranger(origin.remoteAddress),
            attempt
        )
        guard fits, let user, let known else {
            try await recordFailure(email: address, user: user, from: origin, now: now)
            throw DashError(.unauthenticated, "The e-mail address or the password is wrong.")
        }
        limits.succeed(attempt)
        let team = try await teams(of: user.id).first?.team
        return try await openSession(known, team: team, from: origin)
    }

    /// What the person's password proves once it was right; nil for somebody who has none.
    private func proof(_ user: ResourceRow) -> PasswordProof? {
        user.string("hashed_password").map { PasswordProof(user: user.id, hash: $0) }
    }

    /// Asks a signed-in person for their password again.
    func check(_ password: String, of session: Session, pointer: String, now: Timestamp) async throws -> PasswordProof {
        let attempt = try limits.beginCheck(of: session.user.text, now: now)
        let user = try await store.fetch(Resources.users, id: session.user, in: .system)
        guard try await matches(password, user?.string("hashed_password"), in: .known(session.user), attempt),
            let proof = user.flatMap(proof)
        else {
            let issue = DashError.Issue(pointer: pointer, message: "is not the present password")
            throw DashError(.invalid, "The present password is wrong.", issues: [issue])
        }
        limits.succeed(attempt)
        return proof
    }

    /// Whether the password is the stored one. A try whose turn did not come was none.
    func matches(
        _ password: String,
        _ stored: String?,
        in turn: HashTurn,
        _ attempt: SignInLimits.Attempt
    ) async throws -> Bool {
        let tried = password.utf8.count > PasswordRules.maximumBytes ? "" : password
        do {
            return try await hasher.matches(tried, stored: stored, for: turn)
        } catch {
            limits.cancel(attempt)
            throw error
        }
    }

    /// The teams that the person is an active member of, oldest membership first.
    public func teams(of user: UUID) async throws -> [TeamMembership] {
        let mine = ResourceQuery(
            filters: [.init("user_id", .eq, .string(user.text)), .init("active", .eq, true)],
            sort: [.init("inserted_at")],
            limit: 200
        )
        let memberships = try await store.list(Resources.memberships, mine, in: .system).rows
        guard !memberships.isEmpty else { return [] }
        let ids = ResourceQuery(filters: [.init("id", .in, .array(memberships.map { $0["team_id"] }))], limit: 200)
        let teams = Dictionary(
            try await store.list(Resources.teams, ids, in: .system).rows.map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        return memberships.compactMap { membership in
            guard let team = membership.uuid("team_id").flatMap({ teams[$0] }),
                let role = membership.string("role").flatMap(Role.init(rawValue:))
            else { return nil }
            return TeamMembership(
                team: team.id,
                name: team.string("name") ?? "",
                slug: team.string("slug") ?? "",
                role: role
            )
        }
    }

    private func recordFailure(email: String, user: ResourceRow?, from origin: Origin, now: Timestamp) async throws {
        let events: [ResourceChange]
        if let user {
            events = try await personal("sign_in_failed", user.id, ["email": .string(email)], from: origin, now: now)
        } else {
            let event = AuditEvent(
                actor: .system,
                action: "sign_in_failed",
                resource: "users",
                remoteAddress: origin.remoteAddress
            )
            events = [event.change(at: now)]
        }
        try await store.apply(events, in: .system)
    }

    /// What concerns a person concerns every team that they work in: a line of the audit trail for each.
    func personal(
        _ action: String,
        _ user: UUID,
        _ detail: JSONValue = [:],
        by actor: AuditActor? = nil,
        from origin: Origin,
        now: Timestamp
    ) async throws -> [ResourceChange] {
        let teams = try await teams(of: user).prefix(20).map { UUID?.some($0.team) }
        return (teams.isEmpty ? [nil] : teams).map { team in
            AuditEvent(
                actor: actor ?? .user(user),
                action: action,
                resource: "users",
                id: user,
                team: team,
                detail: detail,
                remoteAddress: origin.remoteAddress
            ).change(at: now)
        }
    }
}

import DashJSON
import DashModel
import DashStorage
public import FoundationEssentials

extension Accounts {
    /// Opens a session for the right password. The answer and its time are the same for a wrong one and for nobody.
    public func signIn(email: String, password: String, from origin: Origin = Origin()) async throws -> SignedIn {
        let now = clock.now
        let address = EmailAddress.normalized(email) ?? EmailAddress.plain(String(email.prefix(254)))
        try limiter.attempt(email: address, address: origin.remoteAddress, now: now)
        let user = try await user(email: email)
        let tried = password.utf8.count > PasswordRules.maximumBytes ? "" : password
        guard try await hasher.matches(tried, stored: user?.string("hashed_password")), let user else {
            try await recordFailure(email: address, user: user, from: origin, now: now)
            throw DashError(.unauthenticated, "The e-mail address or the password is wrong.")
        }
        limiter.succeed(email: address, address: origin.remoteAddress)
        let team = try await teams(of: user.id).first?.team
        return try await openSession(user: user.id, team: team, from: origin)
    }

    /// Ends the session: its cookie is worth nothing from now on.
    public func signOut(_ session: Session, from origin: Origin = Origin()) async throws {
        let now = clock.now
        let audit = AuditEvent(
            actor: .user(session.user),
            action: "sign_out",
            resource: "sessions",
            id: session.id,
            team: session.team?.team,
            remoteAddress: origin.remoteAddress
        )
        try await store.apply([.delete(Resources.sessions, id: session.id), audit.change(at: now)], in: .system)
    }

    /// The session of a cookie; nil when it is unknown or over. Using a session keeps it open.
    public func session(token: String) async throws -> Session? {
        guard token.utf8.count == 43 else { return nil }
        let now = clock.now
        let hash = SecretToken.hash(token)
        let query = ResourceQuery(filters: [.init("token_hash", .eq, .string(hash))], limit: 1)
        guard let row = try await store.list(Resources.sessions, query, in: .system).rows.first,
            let stored = row.string("token_hash"), ConstantTime.equal(stored, hash),
            let expiry = row.timestamp("expires_at"), expiry > now,
            let userID = row.uuid("user_id"), let csrf = row.string("csrf_token"),
            let user = try await store.fetch(Resources.users, id: userID, in: .system)
        else { return nil }
        let teams = try await teams(of: userID)
        let current = row.uuid("team_id")
        let team = teams.first { $0.team == current } ?? teams.first
        if team?.team != current || now - (row.timestamp("last_seen_at") ?? .epoch) > .seconds(3_600) {
            try await prolong(row.id, team: team?.team, now: now)
        }
        return Session(
            id: row.id,
            user: userID,
            email: user.string("email") ?? "",
            team: team,
            csrfToken: csrf,
            expiresAt: expiry
        )
    }

    /// Lets the session work in another of the person's teams.
    public func switchTeam(_ session: Session, to team: UUID) async throws -> Session {
        guard let membership = try await teams(of: session.user).first(where: { $0.team == team }) else {
            throw DashError(.notFound, "There is no such team among yours.")
        }
        try await prolong(session.id, team: team, now: clock.now)
        var session = session
        session.team = membership
        return session
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

    /// Changes the person's password and ends their other sessions.
    public func changePassword(
        _ session: Session,
        current: String,
        new: String,
        from origin: Origin = Origin()
    ) async throws {
        let now = clock.now
        try limiter.attempt(email: session.email, address: origin.remoteAddress, now: now)
        let user = try await store.fetch(Resources.users, id: session.user, in: .system)
        guard try await hasher.matches(current, stored: user?.string("hashed_password")) else {
            let issue = DashError.Issue(pointer: "/current_password", message: "is not the present password")
            throw DashError(.invalid, "The present password is wrong.", issues: [issue])
        }
        let issues = PasswordRules.issues(new, email: session.email, names: [session.team?.name].compactMap(\.self))
        guard issues.isEmpty else { throw DashError(.invalid, "The password can't be used.", issues: issues) }
        let hash = try await hasher.hash(new)
        let theirs = ResourceQuery(filters: [.init("user_id", .eq, .string(session.user.text))], limit: 1_000)
        let others = try await store.list(Resources.sessions, theirs, in: .system).rows.filter { $0.id != session.id }
        let audit = AuditEvent(
            actor: .user(session.user),
            action: "change_password",
            resource: "users",
            id: session.user,
            team: session.team?.team,
            remoteAddress: origin.remoteAddress
        )
        let row = ResourceRow(id: session.user, values: ["hashed_password": .string(hash)])
        try await store.apply(
            [.update(Resources.users, row)] + others.map { .delete(Resources.sessions, id: $0.id) }
                + [audit.change(at: now)],
            in: .system
        )
    }

    /// Deletes sessions that are over; returns how many.
    public func pruneSessions() async throws -> Int {
        let over = ResourceQuery(filters: [.init("expires_at", .lt, .string(clock.now.text))], limit: 500)
        let rows = try await store.list(Resources.sessions, over, in: .system).rows
        if !rows.isEmpty {
            try await store.apply(rows.map { .delete(Resources.sessions, id: $0.id) }, in: .system)
        }
        return rows.count
    }

    func openSession(user: UUID, team: UUID?, from origin: Origin) async throws -> SignedIn {
        let now = clock.now
        let token = SecretToken.make()
        let row = ResourceRow(
            id: .v7(at: now),
            values: [
                "token_hash": .string(SecretToken.hash(token)),
                "csrf_token": .string(SecretToken.make()),
                "expires_at": .string((now + Self.sessionLifetime).text),
                "last_seen_at": .string(now.text),
                "user_agent": origin.userAgent.map { .string(String($0.prefix(300))) } ?? .null,
                "user_id": .string(user.text),
                "team_id": team.map { .string($0.text) } ?? .null,
            ]
        )
        let audit = AuditEvent(
            actor: .user(user),
            action: "sign_in",
            resource: "sessions",
            id: row.id,
            team: team,
            remoteAddress: origin.remoteAddress
        )
        try await store.apply([.insert(Resources.sessions, row), audit.change(at: now)], in: .system)
        guard let session = try await session(token: token) else {
            throw DashError(.internal, "The session could not be opened.")
        }
        return SignedIn(session: session, token: token)
    }

    private func prolong(_ session: UUID, team: UUID?, now: Timestamp) async throws {
        let row = ResourceRow(
            id: session,
            values: [
                "team_id": team.map { .string($0.text) } ?? .null,
                "last_seen_at": .string(now.text),
                "expires_at": .string((now + Self.sessionLifetime).text),
            ]
        )
        try await store.apply([.update(Resources.sessions, row)], in: .system)
    }

    private func recordFailure(email: String, user: ResourceRow?, from origin: Origin, now: Timestamp) async throws {
        let team = if let user { try await teams(of: user.id).first?.team } else { UUID?.none }
        let audit = AuditEvent(
            actor: user.map { .user($0.id) } ?? .system,
            action: "sign_in_failed",
            resource: "users",
            id: user?.id,
            team: team,
            detail: user == nil ? [:] : ["email": .string(email)],
            remoteAddress: origin.remoteAddress
        )
        try await store.apply([audit.change(at: now)], in: .system)
    }
}

import DashJSON
import DashModel
import DashStorage
public import FoundationEssentials

extension Accounts {
    /// More than anybody needs, and few enough to end all of them in one transaction.
    static let mostSessions = 100
    /// When a session's last use is written down anew.
    private static let notice: Duration = .seconds(300)

    /// The session of a cookie; nil when it is unknown or over. Using a session keeps it open, up to its absolute end.
    public func session(token: String, from remoteAddress: String? = nil) async throws -> Session? {
        guard token.utf8.count == 43 else { return nil }
        let now = clock.now
        let hash = SecretToken.hash(token)
        let query = ResourceQuery(filters: [.init("token_hash", .eq, .string(hash))], limit: 1)
        guard let row = try await store.list(Resources.sessions, query, in: .system).rows.first,
            let stored = row.string("token_hash"), ConstantTime.equal(stored, hash),
            let expiry = expiry(of: row), expiry > now,
            let userID = row.uuid("user_id"), let csrf = row.string("csrf_token"),
            let user = try await store.fetch(Resources.users, id: userID, in: .system)
        else { return nil }
        let teams = try await teams(of: userID)
        let current = row.uuid("team_id")
        let team = teams.first { $0.team == current } ?? teams.first
        if team?.team != current || now - (row.timestamp("last_seen_at") ?? .epoch) > Self.notice {
            guard try await prolong(row, team: team?.team, from: remoteAddress, now: now) else { return nil }
        }
        return Session(
            id: row.id,
            user: userID,
            email: user.string("email") ?? "",
            team: team,
            csrfToken: csrf,
            expiresAt: expiry,
            isConfirmed: user.bool("email_confirmed")
        )
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
        await onSessionsEnded([EndedSession(id: session.id, user: session.user, team: session.team?.team)])
    }

    /// The person's sessions that are open, the one that asks first, then by when they were used last.
    public func sessions(of session: Session) async throws -> [OpenSession] {
        let now = clock.now
        return try await rows(of: session.user).compactMap { row -> OpenSession? in
            guard let expiry = expiry(of: row), expiry > now else { return nil }
            return OpenSession(
                id: row.id,
                userAgent: row.string("user_agent"),
                remoteAddress: row.string("remote_address"),
                signedInAt: row.timestamp("inserted_at") ?? now,
                lastSeenAt: row.timestamp("last_seen_at") ?? now,
                expiresAt: expiry,
                isCurrent: row.id == session.id
            )
        }.sorted { ($0.isCurrent ? 0 : 1, $1.lastSeenAt) < ($1.isCurrent ? 0 : 1, $0.lastSeenAt) }
    }

    /// Ends one of the person's own sessions, elsewhere or here.
    public func endSession(_ id: UUID, of session: Session, from origin: Origin = Origin()) async throws {
        try await endSessions(of: session, from: origin) { $0.id == id }
    }

    /// Signs the person out everywhere but here; returns how many sessions that ended.
    @discardableResult
    public func endOtherSessions(of session: Session, from origin: Origin = Origin()) async throws -> Int {
        try await endSessions(of: session, from: origin) { $0.id != session.id }
    }

    @discardableResult
    private func endSessions(
        of session: Session,
        from origin: Origin,
        _ isMeant: (ResourceRow) -> Bool
    ) async throws -> Int {
        var ended: [ResourceRow] = []
        try await apply {
            ended = try await rows(of: session.user).filter(isMeant)
            return try await ending(ended, by: session, from: origin)
        }
        await announce(ended)
        return ended.count
    }

    private func ending(_ ended: [ResourceRow], by session: Session, from origin: Origin) async throws
        -> [ResourceChange]
    {
        guard !ended.isEmpty else { return [] }
        let now = clock.now
        return ended.map { .delete(Resources.sessions, id: $0.id) }
            + (try await personal(
                "end_sessions",
                session.user,
                ["sessions": .number(JSONNumber(ended.count))],
                from: origin,
                now: now
            ))
    }

    /// Deletes sessions and links that are over; returns how many.
    public func pruneSessions() async throws -> Int {
        let now = clock.now
        let started = ResourceQuery(
            filters: [.init("inserted_at", .le, .string((now - sessionLimits.absolute).text))],
            limit: 500
        )
        let over = ResourceQuery(filters: [.init("expires_at", .le, .string(now.text))], limit: 500)
        let idle = try await store.list(Resources.sessions, over, in: .system).rows
        let old = try await store.list(Resources.sessions, started, in: .system).rows
        let links = try await store.list(Resources.accountLinks, over, in: .system).rows
        let sessions = Dictionary((idle + old).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let changes: [ResourceChange] =
            sessions.keys.map { .delete(Resources.sessions, id: $0) }
            + links.map { .delete(Resources.accountLinks, id: $0.id) }
        do {
            try await store.apply(changes, in: .system)
        } catch let error as DashError where error.code == .notFound {
            // Another node prunes as well: what it has left is for the next round.
            return 0
        }
        await announce(Array(sessions.values))
        return changes.count
    }

    func openSession(_ proof: PasswordProof, team: UUID?, from origin: Origin) async throws -> SignedIn {
        let now = clock.now
        let user = proof.user
        let token = SecretToken.make()
        let row = ResourceRow(
            id: .v7(at: now),
            values: [
                "token_hash": .string(SecretToken.hash(token)),
                "csrf_token": .string(SecretToken.make()),
                "expires_at": .string((now + min(sessionLimits.idle, sessionLimits.absolute)).text),
                "last_seen_at": .string(now.text),
                "inserted_at": .string(now.text),
                "user_agent": origin.userAgent.map { .string(String($0.prefix(300))) } ?? .null,
                "remote_address": origin.remoteAddress.map { .string($0) } ?? .null,
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
        var surplus: [ResourceRow] = []
        try await apply {
            // The one that was used longest ago makes way.
            surplus = try await rows(of: user)
                .sorted { ($0.timestamp("last_seen_at") ?? .epoch) > ($1.timestamp("last_seen_at") ?? .epoch) }
                .dropFirst(Self.mostSessions - 1)
                .map(\.self)
            return proof.required() + surplus.map { .delete(Resources.sessions, id: $0.id) }
                + [.insert(Resources.sessions, row), audit.change(at: now)]
        }
        await announce(surplus)
        guard let session = try await session(token: token, from: origin.remoteAddress) else {
            throw DashError(.unauthenticated, "The session was ended in this moment. Sign in again.")
        }
        let browsers = browsers.cookie(origin.browsers, adding: proof, now: now)
        return SignedIn(session: session, token: token, browsers: browsers)
    }

    /// Lets the session work in another of the person's teams.
    public func switchTeam(_ session: Session, to team: UUID) async throws -> Session {
        guard let membership = try await teams(of: session.user).first(where: { $0.team == team }) else {
            throw DashError(.notFound, "There is no such team among yours.")
        }
        guard let row = try await store.fetch(Resources.sessions, id: session.id, in: .system),
            try await prolong(row, team: team, from: nil, now: clock.now)
        else { throw DashError(.unauthenticated, "The session is over. Sign in again.") }
        var session = session
        session.team = membership
        return session
    }

    /// All sessions of a person as they are stored.
    func rows(of user: UUID) async throws -> [ResourceRow] {
        let theirs = ResourceQuery(filters: [.init("user_id", .eq, .string(user.text))], limit: 1_000)
        return try await store.list(Resources.sessions, theirs, in: .system).rows
    }

    /// Tells who holds something open for these sessions that they are over.
    func announce(_ ended: [ResourceRow]) async {
        let sessions = ended.compactMap { row in
            row.uuid("user_id").map { EndedSession(id: row.id, user: $0, team: row.uuid("team_id")) }
        }
        if !sessions.isEmpty { await onSessionsEnded(sessions) }
    }

    /// The earlier of the two ends. The absolute one follows from the setting as it is now.
    private func expiry(of row: ResourceRow) -> Timestamp? {
        guard let idle = row.timestamp("expires_at"), let start = row.timestamp("inserted_at") else { return nil }
        return min(idle, start + sessionLimits.absolute)
    }

    /// False when it was ended in this very moment.
    private func prolong(_ row: ResourceRow, team: UUID?, from remoteAddress: String?, now: Timestamp) async throws
        -> Bool
    {
        let start = row.timestamp("inserted_at") ?? now
        var values: [String: JSONValue] = [
            "team_id": team.map { .string($0.text) } ?? .null,
            "last_seen_at": .string(now.text),
            "expires_at": .string(min(now + sessionLimits.idle, start + sessionLimits.absolute).text),
        ]
        if let remoteAddress { values["remote_address"] = .string(remoteAddress) }
        do {
            try await store.apply([.update(Resources.sessions, ResourceRow(id: row.id, values: values))], in: .system)
            return true
        } catch let error as DashError where error.code == .notFound {
            return false
        }
    }
}

import DashJSON
public import DashModel
import DashStorage
public import FoundationEssentials

extension Accounts {
    static let invitationLifetime: Duration = .seconds(7 * 86_400)

    /// The offer behind a token; nil when it is unknown, over or taken up.
    public func invitation(token: String) async throws -> Invitation? {
        let hash = SecretToken.hash(token)
        let query = ResourceQuery(filters: [.init("token_hash", .eq, .string(hash))], limit: 1)
        guard let row = try await store.list(Resources.invitations, query, in: .system).rows.first,
            let stored = row.string("token_hash"), ConstantTime.equal(stored, hash), row["accepted_at"].isNull,
            let expiry = row.timestamp("expires_at"), expiry > clock.now,
            let teamID = row.uuid("team_id"), let role = row.string("role").flatMap(Role.init(rawValue:)),
            let team = try await store.fetch(Resources.teams, id: teamID, in: .system)
        else { return nil }
        return Invitation(
            id: row.id,
            team: teamID,
            teamName: team.string("name") ?? "",
            email: row.string("email") ?? "",
            role: role,
            expiresAt: expiry
        )
    }

    /// Takes an offer up for a signed-in person and moves the session to the team.
    public func accept(
        invitation token: String,
        proof: String? = nil,
        in session: Session,
        from origin: Origin = Origin()
    ) async throws -> Session {
        let now = clock.now
        let invitation = try await requireInvitation(token)
        guard invitation.email == session.email else {
            throw DashError(.forbidden, "The invitation is for another e-mail address.")
        }
        var changes = acceptance(of: invitation, by: session.user, from: origin, now: now)
        if links.isMailProof(proof, of: invitation.id) {
            changes.append(
                .update(Resources.users, ResourceRow(id: session.user, values: ["email_confirmed": true]))
            )
        }
        try await store.apply(changes, in: .system)
        return try await switchTeam(session, to: invitation.team)
    }

    /// The members of the principal's team with their addresses, oldest first.
    public func members(as principal: Principal) async throws -> [Member] {
        guard PolicyTable.allows(principal, .read, on: "memberships") else {
            throw DashError(.forbidden, "You may not see the members of this team.")
        }
        let query = ResourceQuery(sort: [.init("inserted_at")], limit: 1_000)
        let memberships = try await store.list(Resources.memberships, query, in: .team(principal.team)).rows
        guard !memberships.isEmpty else { return [] }
        let people = ResourceQuery(filters: [.init("id", .in, .array(memberships.map { $0["user_id"] }))], limit: 1_000)
        let emails = Dictionary(
            try await store.list(Resources.users, people, in: .system).rows.map { ($0.id, $0.string("email") ?? "") },
            uniquingKeysWith: { first, _ in first }
        )
        return memberships.compactMap { row in
            guard let user = row.uuid("user_id"), let role = row.string("role").flatMap(Role.init(rawValue:)) else {
                return nil
            }
            return Member(
                membership: row.id,
                user: user,
                email: emails[user] ?? "",
                role: role,
                isActive: row.bool("active"),
                version: row.version ?? ""
            )
        }
    }

    /// The addresses of people who appear in the trail of the principal's team, those who have left among them.
    public func addresses(of people: Set<UUID>, as principal: Principal) async throws -> [UUID: String] {
        guard PolicyTable.allows(principal, .read, on: "audit_events") else {
            throw DashError(.forbidden, "You may not see the audit trail of this team.")
        }
        guard !people.isEmpty else { return [:] }
        let ids = people.map { JSONValue.string($0.text) }
        let query = ResourceQuery(filters: [.init("id", .in, .array(ids))], limit: 1_000)
        return Dictionary(
            try await store.list(Resources.users, query, in: .system).rows.map { ($0.id, $0.string("email") ?? "") },
            uniquingKeysWith: { first, _ in first }
        )
    }

    func requireInvitation(_ token: String) async throws -> Invitation {
        guard let invitation = try await invitation(token: token) else {
            throw DashError(.notFound, "The invitation is unknown, over or taken up already.")
        }
        return invitation
    }

    func acceptance(
        of invitation: Invitation,
        by user: UUID,
        from origin: Origin,
        now: Timestamp
    ) -> [ResourceChange] {
        let taken = ResourceRow(id: invitation.id, values: ["accepted_at": .string(now.text)])
        let audit = AuditEvent(
            actor: .user(user),
            action: "accept",
            resource: "invitations",
            id: invitation.id,
            team: invitation.team,
            remoteAddress: origin.remoteAddress
        )
        return [
            membership(of: user, in: invitation.team, as: invitation.role, now: now),
            .update(Resources.invitations, taken), audit.change(at: now),
        ]
    }
}

import DashJSON
public import DashModel
import DashStorage
public import FoundationEssentials

extension Accounts {
    /// Makes a person with a team of their own, or, with an invitation's token, in the team that invited, and signs in.
    public func signUp(
        email: String,
        password: String,
        teamName: String? = nil,
        invitation token: String? = nil,
        from origin: Origin = Origin()
    ) async throws -> SignedIn {
        let now = clock.now
        let invitation = try await token.asyncMap { try await requireInvitation($0) }
        guard registration == .open || invitation != nil else {
            throw DashError(.forbidden, "This server takes new people by invitation only.")
        }
        try limiter.attempt(email: "sign-up", address: origin.remoteAddress, now: now)
        let user = try await newUser(email: email, password: password, now: now)
        if let invitation, invitation.email != user.string("email") {
            throw DashError(.forbidden, "The invitation is for another e-mail address.")
        }
        var changes: [ResourceChange] = [.insert(Resources.users, user)]
        let team: UUID
        if let invitation {
            team = invitation.team
            changes += acceptance(of: invitation, by: user.id, now: now)
        } else {
            let name = try teamName.map(checkedTeamName) ?? Self.teamName(for: user.string("email") ?? "")
            team = .v7(at: now)
            changes += try await newTeam(team, name: name, owner: user.id, now: now)
        }
        let audit = AuditEvent(
            actor: .user(user.id),
            action: "sign_up",
            resource: "users",
            id: user.id,
            team: team,
            remoteAddress: origin.remoteAddress
        )
        try await store.apply(changes + [audit.change(at: now)], in: .system)
        return try await openSession(user: user.id, team: team, from: origin)
    }

    /// Makes a person from the command line: into an existing team, or with a new one that they own.
    @discardableResult
    public func createUser(
        email: String,
        password: String,
        teamSlug: String? = nil,
        role: Role? = nil
    ) async throws -> (user: UUID, team: UUID) {
        let now = clock.now
        let user = try await newUser(email: email, password: password, now: now)
        var changes: [ResourceChange] = [.insert(Resources.users, user)]
        let team: UUID
        if let teamSlug, let existing = try await self.team(slug: teamSlug) {
            team = existing.id
            changes.append(membership(of: user.id, in: team, as: role ?? .member, now: now))
        } else {
            guard role == nil || role == .owner else {
                throw DashError(
                    .notFound,
                    "There is no team \(teamSlug ?? ""); a new team's first member is its owner."
                )
            }
            team = .v7(at: now)
            let name = teamSlug ?? Self.teamName(for: user.string("email") ?? "")
            changes += try await newTeam(team, name: name, slug: teamSlug, owner: user.id, now: now)
        }
        let audit = AuditEvent(actor: .system, action: "create", resource: "users", id: user.id, team: team)
        try await store.apply(changes + [audit.change(at: now)], in: .system)
        return (user.id, team)
    }

    /// Makes another team of which the signed-in person is the owner, and moves the session to it.
    public func createTeam(name: String, in session: Session, from origin: Origin = Origin()) async throws -> Session {
        let now = clock.now
        let team = UUID.v7(at: now)
        var changes = try await newTeam(team, name: try checkedTeamName(name), owner: session.user, now: now)
        let audit = AuditEvent(
            actor: .user(session.user),
            action: "create",
            resource: "teams",
            id: team,
            team: team,
            remoteAddress: origin.remoteAddress
        )
        changes.append(audit.change(at: now))
        try await store.apply(changes, in: .system)
        return try await switchTeam(session, to: team)
    }

    /// The team with that slug, for the command line.
    func team(slug: String) async throws -> ResourceRow? {
        let query = ResourceQuery(filters: [.init("slug", .eq, .string(slug))], limit: 1)
        return try await store.list(Resources.teams, query, in: .system).rows.first
    }

    func membership(of user: UUID, in team: UUID, as role: Role, now: Timestamp) -> ResourceChange {
        .insert(
            Resources.memberships,
            ResourceRow(
                id: .v7(at: now),
                values: [
                    "team_id": .string(team.text), "user_id": .string(user.text), "role": .string(role.rawValue),
                    "active": true,
                ]
            )
        )
    }

    private func newUser(email: String, password: String, now: Timestamp) async throws -> ResourceRow {
        let email = try checkedEmail(email)
        let issues = PasswordRules.issues(password, email: email)
        guard issues.isEmpty else { throw DashError(.invalid, "The password can't be used.", issues: issues) }
        guard try await user(email: email) == nil else {
            let issue = DashError.Issue(pointer: "/email", message: "has an account already")
            throw DashError(.conflict, "There is an account with this e-mail address.", issues: [issue])
        }
        let hash = try await hasher.hash(password)
        return ResourceRow(
            id: .v7(at: now),
            values: ["email": .string(email), "hashed_password": .string(hash), "email_confirmed": false]
        )
    }

    private func newTeam(
        _ id: UUID,
        name: String,
        slug: String? = nil,
        owner: UUID,
        now: Timestamp
    ) async throws -> [ResourceChange] {
        var free = slug ?? Slug.make(from: name)
        while try await team(slug: free) != nil {
            free = String(Slug.make(from: name).prefix(54)) + "-" + SecretToken.hex(SecretToken.random(4))
        }
        let row = ResourceRow(id: id, values: ["name": .string(name), "slug": .string(free)])
        return [.insert(Resources.teams, row), membership(of: owner, in: id, as: .owner, now: now)]
    }

    private func checkedTeamName(_ name: String) throws -> String {
        let issues = AttributeCheck(Resources.teams).issues(for: "name", .string(name), pointer: "/team_name")
        guard issues.isEmpty else { throw DashError(.invalid, "The team's name can't be used.", issues: issues) }
        return name
    }

    /// "ada@example.org" gets the team "Ada's team".
    private static func teamName(for email: String) -> String {
        let name = email.prefix { $0 != "@" && $0 != "+" && $0 != "." }
        return name.prefix(1).uppercased() + name.dropFirst() + "'s team"
    }
}

extension Optional {
    /// `map` for a closure that waits.
    fileprivate func asyncMap<Value>(_ transform: (Wrapped) async throws -> Value) async rethrows -> Value? {
        guard let self else { return nil }
        return try await transform(self)
    }
}

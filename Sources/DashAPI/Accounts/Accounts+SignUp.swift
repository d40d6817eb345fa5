import DashJSON
public import DashModel
import DashPipeline
import DashStorage
public import FoundationEssentials

extension Accounts {
    /// Makes a person with a team of their own, or, with an invitation's token, in the team that invited, and signs in.
    /// `proof` is what a mailed invitation's link has besides: whoever shows it has the address.
    public func signUp(
        email: String,
        password: String,
        teamName: String? = nil,
        invitation token: String? = nil,
        proof: String? = nil,
        from origin: Origin = Origin()
    ) async throws -> SignedIn {
        let now = clock.now
        let invitation = try await token.asyncMap { try await requireInvitation($0) }
        guard registration == .open || invitation != nil else { throw Self.byInvitationOnly }
        try limits.signUp(from: origin.remoteAddress, now: now)
        let turn = HashTurn.stranger(origin.remoteAddress)
        var user = try await newUser(email: email, password: password, teamName: teamName, in: turn, now: now)
        let address = user.string("email") ?? ""
        if let invitation, invitation.email != address {
            throw DashError(.forbidden, "The invitation is for another e-mail address.")
        }
        let isConfirmed = invitation.map { links.isMailProof(proof, of: $0.id) } ?? false
        user.values["email_confirmed"] = .bool(isConfirmed)
        var changes: [ResourceChange] = [.insert(Resources.users, user)]
        let team: UUID
        if let invitation {
            team = invitation.team
            changes += acceptance(of: invitation, by: user.id, from: origin, now: now)
        } else {
            team = .v7(at: now)
            changes += try await newTeam(team, name: teamName, of: address, owner: user.id, now: now)
        }
        if sendsMail, !isConfirmed {
            let id = UUID.v7(at: now)
            changes += try await makeLink(id, .confirm, user: user.id, email: address, now: now)
            changes += letter(.confirm, to: address, [("link", .string(id.text))])
        }
        changes.append(signedUp(user.id, team, from: origin, now: now))
        try await store.apply(changes, in: .system)
        mail?.wake()
        let proof = PasswordProof(user: user.id, hash: user.string("hashed_password") ?? "")
        return try await openSession(proof, team: team, from: origin)
    }

    /// Takes a sign-up that a mail has to confirm. The answer and the work are the same whether the address has an account
    /// or not: that is looked up when the letter is written, and the account is made when its link is used.
    public func requestSignUp(
        email text: String,
        password: String,
        teamName: String? = nil,
        from origin: Origin = Origin()
    ) async throws {
        guard let mail else { throw DashError(.preconditionFailed, "This server sends no mail.") }
        guard registration == .open else { throw Self.byInvitationOnly }
        let now = clock.now
        try limits.signUp(from: origin.remoteAddress, now: now)
        let email = try checkedEmail(text)
        try requireGood(password, email: email, teamName: teamName)
        try requireRoom(.signUp(email: email, from: origin.remoteAddress), now: now)
        let hash = try await hasher.hash(password, for: .stranger(origin.remoteAddress))
        let pending: JSONValue = [
            "hashed_password": .string(hash), "team_name": teamName.map { .string($0) } ?? .null,
        ]
        let id = UUID.v7(at: now)
        let from = origin.remoteAddress.map { JSONValue.string($0) } ?? .null
        try await apply {
            try await makeLink(id, .signUp, user: nil, email: email, pending: pending, now: now)
                + letter(.signUp, to: email, [("link", .string(id.text)), ("from", from)])
        }
        mail.wake()
    }

    /// Makes the account of a confirmed sign-up and signs in. The password is asked for again: whoever reads the mail must
    /// be who signed up, so that nobody is given an account that somebody else knows the password of.
    public func completeSignUp(token: String, password: String, from origin: Origin = Origin()) async throws -> SignedIn
    {
        let now = clock.now
        let link = try await requireLink(token, .signUp)
        let attempt = try limits.beginCheck(of: link.id.text, now: now)
        let hash = link.pending["hashed_password"]?.stringValue
        let turn = HashTurn.stranger(origin.remoteAddress)
        guard try await matches(password, hash, in: turn, attempt) else {
            let issue = DashError.Issue(pointer: "/password", message: "is not the one that you signed up with")
            throw DashError(.invalid, "The password is wrong.", issues: [issue])
        }
        limits.succeed(attempt)
        guard try await user(email: link.email) == nil else { throw Self.taken }
        let (user, team) = (UUID.v7(at: now), UUID.v7(at: now))
        let row = ResourceRow(
            id: user,
            values: ["email": .string(link.email), "hashed_password": .string(hash ?? ""), "email_confirmed": true]
        )
        let name = link.pending["team_name"]?.stringValue
        let changes: [ResourceChange] =
            [.delete(Resources.accountLinks, id: link.id), .insert(Resources.users, row)]
            + (try await newTeam(team, name: name, of: link.email, owner: user, now: now))
        try await store.apply(changes + [signedUp(user, team, from: origin, now: now)], in: .system)
        return try await openSession(PasswordProof(user: user, hash: hash ?? ""), team: team, from: origin)
    }

    private static let byInvitationOnly = DashError(
        .forbidden,
        "This server takes new people by invitation only."
    )

    private static let taken = DashError(
        .conflict,
        "There is an account with this e-mail address.",
        issues: [DashError.Issue(pointer: "/email", message: "has an account already")]
    )

    private func signedUp(_ user: UUID, _ team: UUID, from origin: Origin, now: Timestamp) -> ResourceChange {
        AuditEvent(
            actor: .user(user),
            action: "sign_up",
            resource: "users",
            id: user,
            team: team,
            remoteAddress: origin.remoteAddress
        ).change(at: now)
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
        let user = try await newUser(email: email, password: password, teamName: nil, in: .stranger(nil), now: now)
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

    private func newUser(
        email: String,
        password: String,
        teamName: String?,
        in turn: HashTurn,
        now: Timestamp
    ) async throws -> ResourceRow {
        let email = try checkedEmail(email)
        try requireGood(password, email: email, teamName: teamName)
        guard try await user(email: email) == nil else { throw Self.taken }
        let hash = try await hasher.hash(password, for: turn)
        return ResourceRow(
            id: .v7(at: now),
            values: ["email": .string(email), "hashed_password": .string(hash), "email_confirmed": false]
        )
    }

    private func requireGood(_ password: String, email: String, teamName: String?) throws {
        let issues = PasswordRules.issues(password, email: email)
        guard issues.isEmpty else { throw DashError(.invalid, "The password can't be used.", issues: issues) }
        if let teamName { _ = try checkedTeamName(teamName) }
    }

    /// A team of one's own, by the name that was given for it or one that follows from the address.
    private func newTeam(_ id: UUID, name: String?, of email: String, owner: UUID, now: Timestamp) async throws
        -> [ResourceChange]
    {
        try await newTeam(id, name: name ?? Self.teamName(for: email), owner: owner, now: now)
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

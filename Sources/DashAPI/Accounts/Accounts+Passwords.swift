import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials

extension Accounts {
    /// Asks for a link to set a new password. The answer and the work are the same for somebody and for nobody: who has the
    /// address is looked up when the letter is written.
    public func requestReset(email: String, from origin: Origin = Origin()) async throws {
        guard let mail else { throw DashError(.preconditionFailed, "This server sends no mail.") }
        let now = clock.now
        try limits.request(from: origin.remoteAddress, now: now)
        let address = EmailAddress.normalized(email) ?? EmailAddress.plain(String(email.prefix(254)))
        guard limits.mayWrite(.reset(email: address), now: now) else { return }
        let from = origin.remoteAddress.map { JSONValue.string($0) } ?? .null
        try await store.apply(letter(.reset, to: address, [("from", from)]), in: .system)
        mail.wake()
    }

    /// Makes a link to set a new password from the command line; whoever has it has the account.
    public func makeResetLink(email: String) async throws -> String {
        let now = clock.now
        guard let user = try await user(email: email) else {
            throw DashError(.notFound, "There is no account with the address \(email).")
        }
        let id = UUID.v7(at: now)
        let address = user.string("email") ?? ""
        try await apply {
            // Handed over by hand, it does not prove that mail reaches the address.
            try await makeLink(id, .reset, user: user.id, email: address, pending: ["by": "operator"], now: now)
                + personal("make_reset_link", user.id, by: .system, from: Origin(), now: now)
        }
        return resetAddress(links.make(for: id))
    }

    func resetAddress(_ token: String) -> String { publicURL + "/reset-password/" + token }

    /// Sets a new password by a link, ends all sessions and voids all other links of the person, and signs in.
    public func resetPassword(token: String, new: String, from origin: Origin = Origin()) async throws -> SignedIn {
        let link = try await requireLink(token, .reset)
        guard let user = link.user else { throw DashError(.notFound, "The link is nobody's.") }
        let teams = try await teams(of: user)
        try requireGood(new, email: link.email, names: teams.map(\.name))
        let hash = try await hasher.hash(new, for: .known(user))
        let isMailed = link.pending["by"] == nil
        let proof = PasswordProof(user: user, hash: hash)
        try await replacePassword(
            by: proof,
            and: isMailed ? ["email_confirmed": true] : [:],
            keeping: nil,
            "reset_password",
            from: origin
        ) {
            // It works once: whoever comes second finds it gone. The person's row goes first, as everywhere, so that no two
            // wait for each other.
            [
                .require(Resources.users, ResourceRow(id: user, values: [:])),
                .delete(Resources.accountLinks, id: try await requireLink(token, .reset).id),
            ]
        }
        return try await openSession(proof, team: teams.first?.team, from: origin)
    }

    /// Changes the person's password and ends their other sessions. Returns the cookie by which this browser is known from
    /// now on; no other one is.
    @discardableResult
    public func changePassword(
        _ session: Session,
        current: String,
        new: String,
        from origin: Origin = Origin()
    ) async throws -> String {
        let proof = try await check(current, of: session, pointer: "/current_password", now: clock.now)
        try requireGood(new, email: session.email, names: [session.team?.name].compactMap(\.self))
        let hash = try await hasher.hash(new, for: .known(session.user))
        let new = PasswordProof(user: session.user, hash: hash)
        try await replacePassword(by: new, keeping: session.id, "change_password", from: origin) {
            proof.required(in: session.id)
        }
        return browsers.cookie(origin.browsers, adding: new, now: clock.now)
    }

    private func requireGood(_ password: String, email: String, names: [String]) throws {
        let issues = PasswordRules.issues(password, email: email, names: names)
        guard issues.isEmpty else { throw DashError(.invalid, "The password can't be used.", issues: issues) }
    }

    /// `required` is asked right before the transaction for what must hold in it.
    private func replacePassword(
        by new: PasswordProof,
        and values: [String: JSONValue] = [:],
        keeping session: UUID?,
        _ action: String,
        from origin: Origin,
        _ required: () async throws -> [ResourceChange]
    ) async throws {
        let now = clock.now
        let user = new.user
        let ended: [ResourceQuery.Filter] =
            [.init("user_id", .eq, .string(user.text))] + (session.map { [.init("id", .ne, .string($0.text))] } ?? [])
        let from = origin.remoteAddress.map { JSONValue.string($0) } ?? .null
        let rows = try await apply {
            let required = try await required()
            guard let row = try await store.fetch(Resources.users, id: user, in: .system) else {
                throw DashError(.notFound, "There is no such account any more.")
            }
            let email = row.string("email") ?? ""
            // Once the person's row is written, nothing new can rely on the old password: what does goes with the rest.
            return try await required + [new.change(and: values)]
                + [.deleteAll(Resources.sessions, ended), voidLinks(of: user), resetsEnd(for: user, email, now: now)]
                + personal(action, user, from: origin, now: now)
                + letter(.passwordChanged, to: email, [("from", from), ("at", .string(now.text))])
        }
        mail?.wake()
        await announce(rows.filter { $0.values["csrf_token"] != nil })
    }
}

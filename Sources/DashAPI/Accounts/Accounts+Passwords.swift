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
        try await replacePassword(of: user, hash, keeping: nil, "reset_password", from: origin) {
            _ = try await requireLink(token, .reset)
            return isMailed ? ["email_confirmed": true] : [:]
        }
        return try await openSession(user: user, team: teams.first?.team, from: origin)
    }

    /// Changes the person's password and ends their other sessions.
    public func changePassword(
        _ session: Session,
        current: String,
        new: String,
        from origin: Origin = Origin()
    ) async throws {
        let proof = try await check(current, of: session, pointer: "/current_password", now: clock.now)
        try requireGood(new, email: session.email, names: [session.team?.name].compactMap(\.self))
        let hash = try await hasher.hash(new, for: .known(session.user))
        try await replacePassword(of: session.user, hash, keeping: session.id, "change_password", from: origin) {
            try await require(proof, of: session.user, in: session.id)
            return [:]
        }
    }

    private func requireGood(_ password: String, email: String, names: [String]) throws {
        let issues = PasswordRules.issues(password, email: email, names: names)
        guard issues.isEmpty else { throw DashError(.invalid, "The password can't be used.", issues: issues) }
    }

    /// `also` is asked right before the transaction for what else changes of the user; it throws when nothing may.
    private func replacePassword(
        of user: UUID,
        _ hash: String,
        keeping session: UUID?,
        _ action: String,
        from origin: Origin,
        _ also: () async throws -> [String: JSONValue]
    ) async throws {
        let now = clock.now
        var ended: [ResourceRow] = []
        try await apply {
            let values = try await also().merging(["hashed_password": .string(hash)]) { $1 }
            guard let row = try await store.fetch(Resources.users, id: user, in: .system) else {
                throw DashError(.notFound, "There is no such account any more.")
            }
            ended = try await rows(of: user).filter { $0.id != session }
            let from = origin.remoteAddress.map { JSONValue.string($0) } ?? .null
            return try await voidLinks(of: user) + [resetsEnd(for: user, row.string("email") ?? "", now: now)]
                + [.update(Resources.users, ResourceRow(id: user, values: values))]
                + ended.map { .delete(Resources.sessions, id: $0.id) }
                + personal(action, user, from: origin, now: now)
                + letter(.passwordChanged, to: row.string("email") ?? "", [("from", from), ("at", .string(now.text))])
        }
        mail?.wake()
        await announce(ended)
    }
}

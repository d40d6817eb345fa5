import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials

extension Accounts {
    /// Sends the person a link that confirms their address.
    public func requestConfirmation(_ session: Session, from origin: Origin = Origin()) async throws {
        guard let mail else { throw DashError(.preconditionFailed, "This server sends no mail.") }
        guard !session.isConfirmed else { return }
        let now = clock.now
        try limits.request(from: origin.remoteAddress, now: now)
        try requireRoom(.confirmation(user: session.user), now: now)
        let id = UUID.v7(at: now)
        try await apply {
            try await makeLink(id, .confirm, user: session.user, email: session.email, now: now)
                + letter(.confirm, to: session.email, [("link", .string(id.text))])
        }
        mail.wake()
    }

    /// Asks to move the account to another address: a link goes there, a notice to the present one. Nothing tells whether
    /// the new address has an account.
    public func requestEmailChange(
        _ session: Session,
        password: String,
        to text: String,
        from origin: Origin = Origin()
    ) async throws {
        guard let mail else { throw DashError(.preconditionFailed, "This server sends no mail.") }
        let now = clock.now
        let proof = try await check(password, of: session, pointer: "/password", now: now)
        let email = try checkedEmail(text)
        guard email != session.email else {
            let issue = DashError.Issue(pointer: "/email", message: "is the present one")
            throw DashError(.invalid, "The account has this address already.", issues: [issue])
        }
        try limits.request(from: origin.remoteAddress, now: now)
        try requireRoom(.change(email: email), now: now)
        let id = UUID.v7(at: now)
        let from = origin.remoteAddress.map { JSONValue.string($0) } ?? .null
        try await apply {
            try await proof.required(in: session.id)
                + makeLink(id, .changeEmail, user: session.user, email: email, now: now)
                + personal(
                    "request_email_change",
                    session.user,
                    Self.change(session.email, email),
                    from: origin,
                    now: now
                )
                + letter(.changeEmail, to: email, [("link", .string(id.text)), ("old", .string(session.email))])
                + letter(
                    .changeNotice,
                    to: session.email,
                    [("new", .string(email)), ("from", from), ("at", .string(now.text))]
                )
        }
        mail.wake()
    }

    /// Uses a link that confirms an address of somebody who has an account: the one they have, or the one they move to.
    /// Returns the address.
    public func confirm(token: String, from origin: Origin = Origin()) async throws -> String {
        var email = ""
        try await apply {
            let link = try await requireLink(token, .confirm, .changeEmail)
            email = link.email
            return try await confirming(link, from: origin)
        }
        mail?.wake()
        return email
    }

    private func confirming(_ link: AccountLink, from origin: Origin) async throws -> [ResourceChange] {
        let now = clock.now
        guard let id = link.user, let user = try await store.fetch(Resources.users, id: id, in: .system) else {
            throw DashError(.notFound, "There is no such account any more.")
        }
        let old = user.string("email") ?? ""
        let isMove = link.purpose == .changeEmail
        guard isMove || old == link.email else {
            throw DashError(.notFound, "The link is for an address that the account does not have any more.")
        }
        if isMove, let other = try await self.user(email: link.email), other.id != id {
            throw DashError(.conflict, "Another account has this address by now.")
        }
        let values: [String: JSONValue] = ["email": .string(link.email), "email_confirmed": true]
        let changes: [ResourceChange] = [
            .update(Resources.users, ResourceRow(id: id, values: values)), .delete(Resources.accountLinks, id: link.id),
        ]
        guard isMove else {
            return try await changes
                + personal("confirm_email", id, ["email": .string(old)], from: origin, now: now)
        }
        // Links that went to the old address lead nowhere any more.
        return try await changes + [voidLinks(of: id)]
            + personal("change_email", id, Self.change(old, link.email), from: origin, now: now)
            + letter(.emailChanged, to: old, [("new", .string(link.email)), ("at", .string(now.text))])
    }

    func requireRoom(_ cause: LetterCause, now: Timestamp) throws {
        guard limits.mayWrite(cause, now: now) else {
            throw DashError(
                .rateLimited,
                "Several mails went to this address within the hour. Look for them, or wait.",
                retryAfter: .seconds(900)
            )
        }
    }

    private static func change(_ old: String, _ new: String) -> JSONValue {
        ["changes": ["email": ["from": .string(old), "to": .string(new)]]]
    }
}

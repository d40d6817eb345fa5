public import DashJSON
import DashModel
public import DashPipeline
import DashStorage
public import FoundationEssentials

extension Accounts: LetterWriter {
    public func letter(_ parameters: JSONValue, job: UUID) async throws -> Letter? {
        guard let kind = parameters["letter"]?.stringValue.flatMap(LetterKind.init(rawValue:)),
            let to = parameters["to"]?.stringValue
        else { throw DashError(.invalid, "There is no such letter.") }
        let facts = Facts(parameters)
        let words: LetterText.Words?
        switch kind {
        case .signUp, .confirm, .changeEmail: words = try await linked(kind, facts)
        case .reset: return try await reset(of: to, facts, job: job)
        case .invitation: words = try await invitation(facts)
        case .passwordChanged:
            words = LetterText.passwordChanged(forgotten, at: facts.at, from: facts.from)
        case .changeNotice:
            words = LetterText.changeNotice(facts.new, at: facts.at, from: facts.from, forgotten: forgotten)
        case .emailChanged: words = LetterText.emailChanged(facts.new, at: facts.at)
        }
        return words.map { letter(job, to, $0) }
    }

    private struct Facts {
        var link: UUID?
        var from: String?
        var old: String
        var new: String
        var at: Timestamp

        init(_ parameters: JSONValue) {
            link = parameters["link"]?.stringValue.flatMap { UUID(text: $0) }
            from = parameters["from"]?.stringValue
            old = parameters["old"]?.stringValue ?? ""
            new = parameters["new"]?.stringValue ?? ""
            at = parameters["at"]?.stringValue.flatMap { Timestamp(text: $0) } ?? .epoch
        }
    }

    private var forgotten: String { publicURL + "/forgot-password" }

    private func letter(_ id: UUID, _ to: String, _ words: LetterText.Words) -> Letter {
        let text = words.text + "\n\n-- \nDash at \(publicURL)\n"
        return Letter(
            id: id,
            to: to,
            subject: words.subject,
            text: text.replacing("\n", with: "\r\n"),
            date: clock.now
        )
    }

    /// Letters about an address that may have an account already, which is told to nobody else.
    private func linked(_ kind: LetterKind, _ facts: Facts) async throws -> LetterText.Words? {
        guard let id = facts.link, let row = try await store.fetch(Resources.accountLinks, id: id, in: .system),
            let link = AccountLink(row, now: clock.now),
            let token = links.token(of: id, hash: row.string("token_hash"))
        else { return nil }
        let address = publicURL + "/confirm/" + token
        if kind == .confirm { return LetterText.confirm(address, until: link.expiresAt) }
        if try await user(email: link.email) != nil {
            return LetterText.hasAccount(publicURL + "/sign-in", forgotten, from: facts.from)
        }
        return kind == .signUp
            ? LetterText.signUp(address, until: link.expiresAt, from: facts.from)
            : LetterText.changeEmail(address, until: link.expiresAt, old: facts.old)
    }

    /// The link of a reset is made when its letter is written for the first time, by the job's id.
    private func reset(of email: String, _ facts: Facts, job: UUID) async throws -> Letter? {
        let now = clock.now
        guard let user = try await user(email: email) else { return nil }
        let address = user.string("email") ?? email
        let same = ResourceQuery(
            filters: [.init("user_id", .eq, .string(user.id.text)), .init("purpose", .eq, "reset")],
            limit: 1
        )
        let present = try await store.list(Resources.accountLinks, same, in: .system).rows.first
        // One that was asked for later has taken its place.
        if let present, present.id.text > job.text { return nil }
        // One that ran out while the mail server was away was seen by nobody.
        if present.flatMap({ AccountLink($0, now: now) })?.id != job {
            let origin = Origin(remoteAddress: facts.from)
            try await apply {
                try await makeLink(job, .reset, user: user.id, email: address, now: now)
                    + personal("request_reset", user.id, by: .system, from: origin, now: now)
            }
        }
        guard let row = try await store.fetch(Resources.accountLinks, id: job, in: .system),
            let link = AccountLink(row, now: now), let token = links.token(of: job, hash: row.string("token_hash"))
        else { return nil }
        return letter(job, address, LetterText.reset(resetAddress(token), until: link.expiresAt, from: facts.from))
    }

    private func invitation(_ facts: Facts) async throws -> LetterText.Words? {
        guard let id = facts.link, let row = try await store.fetch(Resources.invitations, id: id, in: .system),
            row["accepted_at"].isNull, let expiry = row.timestamp("expires_at"), expiry > clock.now,
            let token = links.token(of: id, hash: row.string("token_hash")), let team = row.uuid("team_id"),
            let name = try await store.fetch(Resources.teams, id: team, in: .system)?.string("name")
        else { return nil }
        var inviter: String?
        if let user = row.uuid("invited_by_id") {
            inviter = try await store.fetch(Resources.users, id: user, in: .system)?.string("email")
        }
        return LetterText.invitation(
            "\(publicURL)/invitations/\(token)?mailed=\(links.mailProof(of: id))",
            until: expiry,
            team: name,
            role: row.string("role") ?? "",
            by: inviter
        )
    }
}

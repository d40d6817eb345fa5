import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials

extension Accounts {
    /// The link of a token; nil when it is unknown, used, over, or another took its place.
    public func link(token: String) async throws -> AccountLink? {
        guard token.utf8.count == 43 else { return nil }
        let hash = SecretToken.hash(token)
        let query = ResourceQuery(filters: [.init("token_hash", .eq, .string(hash))], limit: 1)
        guard let row = try await store.list(Resources.accountLinks, query, in: .system).rows.first,
            let stored = row.string("token_hash"), ConstantTime.equal(stored, hash)
        else { return nil }
        return AccountLink(row, now: clock.now)
    }

    /// The link for one of these purposes, or `.notFound`.
    func requireLink(_ token: String, _ purposes: AccountLink.Purpose...) async throws -> AccountLink {
        guard let link = try await link(token: token), purposes.contains(link.purpose) else {
            throw DashError(.notFound, "The link is unknown, over or used already. Ask for a new one.")
        }
        return link
    }

    /// A new link; it takes the place of the ones before it for the same purpose.
    func makeLink(
        _ id: UUID,
        _ purpose: AccountLink.Purpose,
        user: UUID?,
        email: String,
        pending: JSONValue = .null,
        now: Timestamp
    ) async throws -> [ResourceChange] {
        let same = ResourceQuery(
            filters: [
                .init("purpose", .eq, .string(purpose.rawValue)),
                user.map { .init("user_id", .eq, .string($0.text)) } ?? .init("email", .eq, .string(email)),
            ],
            limit: 100
        )
        let before = try await store.list(Resources.accountLinks, same, in: .system).rows
        let row = ResourceRow(
            id: id,
            values: [
                "user_id": user.map { .string($0.text) } ?? .null,
                "purpose": .string(purpose.rawValue),
                "email": .string(email),
                "token_hash": .string(SecretToken.hash(links.make(for: id))),
                "pending": pending,
                "expires_at": .string((now + purpose.lifetime).text),
                "inserted_at": .string(now.text),
            ]
        )
        // Strangers can ask for sign-ups with anybody's address: they void none.
        let voided = purpose == .signUp ? [] : before
        return voided.map { .delete(Resources.accountLinks, id: $0.id) } + [.insert(Resources.accountLinks, row)]
    }

    /// Takes the place of all resets that were asked for before, also of those whose letters are yet to be written, or
    /// written again: nobody knows its token. It outlasts their tries.
    func resetsEnd(for user: UUID, _ email: String, now: Timestamp) -> ResourceChange {
        let row = ResourceRow(
            // By the clock that numbers jobs, by whose ids the links of resets go.
            id: .v7(),
            values: [
                "user_id": .string(user.text),
                "purpose": .string(AccountLink.Purpose.reset.rawValue),
                "email": .string(email),
                "token_hash": .string(SecretToken.hash(SecretToken.make())),
                "pending": .null,
                "expires_at": .string((now + .seconds(86_400)).text),
                "inserted_at": .string(now.text),
            ]
        )
        return .insert(Resources.accountLinks, row)
    }

    /// Voids every link of a person that there is by then.
    func voidLinks(of user: UUID) -> ResourceChange {
        .deleteAll(Resources.accountLinks, [.init("user_id", .eq, .string(user.text))])
    }

    /// The letter's job in the transaction of what causes it; none when the server sends no mail.
    func letter(_ kind: LetterKind, to email: String, _ facts: [(String, JSONValue)] = []) -> [ResourceChange] {
        guard let mail else { return [] }
        let parameters = JSONObject([("letter", .string(kind.rawValue)), ("to", .string(email))] + facts)
        return [.enqueue(mail.job(.object(parameters)))]
    }
}

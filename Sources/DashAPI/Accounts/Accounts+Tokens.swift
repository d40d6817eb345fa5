import DashJSON
public import DashModel
import DashStorage

extension Accounts {
    /// Makes an API token from the command line and returns its text, which is shown only here.
    public func createToken(
        teamSlug: String,
        name: String,
        scopes: [TokenScope],
        expiresAt: Timestamp? = nil
    ) async throws -> String {
        let now = clock.now
        guard let team = try await team(slug: teamSlug) else {
            throw DashError(.notFound, "There is no team with the slug \(teamSlug).")
        }
        guard !scopes.isEmpty else { throw DashError(.invalid, "A token needs at least one scope.") }
        let token = SecretToken.makeAPIToken()
        let row = ResourceRow(
            id: .v7(at: now),
            values: [
                "team_id": .string(team.id.text),
                "name": .string(name),
                "token_hash": .string(SecretToken.hash(token)),
                "token_hint": .string(SecretToken.hint(token)),
                "scopes": .array(scopes.map { .string($0.text) }),
                "expires_at": expiresAt.map { .string($0.text) } ?? .null,
            ]
        )
        let audit = AuditEvent(actor: .system, action: "create", resource: "api_tokens", id: row.id, team: team.id)
        try await store.apply([.insert(Resources.apiTokens, row), audit.change(at: now)], in: .system)
        return token
    }
}

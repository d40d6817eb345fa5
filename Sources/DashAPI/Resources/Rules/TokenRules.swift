import DashJSON
import DashModel
import DashPipeline
import FoundationEssentials

struct TokenRules: ResourceRules {
    let resource = Resources.apiTokens

    func cap(_ limits: BorderLimits) -> Int? { limits.tokens }

    func prepare(_ draft: inout ResourceDraft, _ context: RuleContext) async throws -> String? {
        guard draft.existing == nil else { return nil }
        if let expiry = draft.row.timestamp("expires_at"), expiry <= context.now {
            draft.add([.init(pointer: "/expires_at", message: "must be in the future")])
        }
        try await prepareScopes(&draft, context)
        let token = SecretToken.makeAPIToken()
        draft.set("token_hash", .string(SecretToken.hash(token)))
        draft.set("token_hint", .string(SecretToken.hint(token)))
        return token
    }

    private func prepareScopes(_ draft: inout ResourceDraft, _ context: RuleContext) async throws {
        let scopes = draft.row["scopes"].arrayValue ?? []
        if scopes.isEmpty { draft.add([.init(pointer: "/scopes", message: "must have at least one scope")]) }
        var issues: [DashError.Issue] = []
        var normalized: [JSONValue] = []
        for (index, value) in scopes.enumerated() {
            let pointer = "/scopes/\(index)"
            guard let scope = value.stringValue.flatMap({ TokenScope(text: $0) }) else {
                issues.append(.init(pointer: pointer, message: "must be manage, read, ingest or ingest:<pipeline id>"))
                continue
            }
            if case .ingest(let id) = scope, try await context.row(Resources.pipelines, id) == nil {
                issues.append(.init(pointer: pointer, message: "names no pipeline of the team"))
            }
            if !normalized.contains(.string(scope.text)) { normalized.append(.string(scope.text)) }
        }
        draft.add(issues)
        draft.set("scopes", .array(normalized))
    }

    func committed(_ action: ResourceAction, of row: ResourceRow, _ service: ResourceService) async {
        service.tokens.forget()
    }
}

import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials

/// What single resources ask beyond their declaration.
extension ResourceService {
    /// Completes and checks a draft by its resource's own rules; returns a secret that the client sees once.
    func prepare(_ draft: inout ResourceDraft, for principal: Principal, now: Timestamp) async throws -> String? {
        switch draft.resource.name {
        case Resources.pipelines.name:
            let sameKind = draft.row["source_type"] == draft.existing?["source_type"]
            draft.unmask("source_config", sameKind: sameKind, configFields(of: draft.resource, draft.row))
        case Resources.pipelineSinks.name:
            let sameKind = draft.row["sink_type"] == draft.existing?["sink_type"]
            draft.unmask("sink_config", sameKind: sameKind, configFields(of: draft.resource, draft.row))
        case Resources.widgets.name:
            try await prepareWidget(&draft, for: principal)
        case Resources.memberships.name:
            if let existing = draft.existing {
                try await guardOwners(before: existing, after: draft.row, for: principal)
            }
        case Resources.invitations.name:
            return try await prepareInvitation(&draft, for: principal, now: now)
        case Resources.apiTokens.name:
            return try await prepareToken(&draft, for: principal, now: now)
        default: break
        }
        return nil
    }

    /// The input with what follows from the rest of it: a dashboard that has only a name gets a free slug from that.
    func completed(_ input: ResourceInput, for resource: Resource, as principal: Principal) async throws
        -> ResourceInput
    {
        guard resource.name == Resources.dashboards.name, input.attributes["slug"] == nil,
            let name = input.attributes["name"]?.stringValue
        else { return input }
        var slug = Slug.make(from: name)
        let taken = ResourceQuery(filters: [.init("slug", .eq, .string(slug))], limit: 1)
        if try await !store.list(resource, taken, in: .team(principal.team)).rows.isEmpty {
            slug = String(slug.prefix(54)) + "-" + SecretToken.hex(SecretToken.random(4))
        }
        var input = input
        input.attributes["slug"] = .string(slug)
        return input
    }

    /// Keeps at least one active owner in a team, and the making of owners to owners.
    func guardOwners(before: ResourceRow, after: ResourceRow?, for principal: Principal) async throws {
        let owner = Role.owner.rawValue
        let wasOwner = before.string("role") == owner
        let isOwner = after?.string("role") == owner
        if wasOwner || isOwner, before.values != after?.values, principal.role != .owner {
            throw DashError(.forbidden, "Only an owner may change who is an owner.")
        }
        guard wasOwner, before.bool("active"), !(isOwner && after?.bool("active") == true) else { return }
        let query = ResourceQuery(filters: [.init("role", .eq, .string(owner)), .init("active", .eq, true)], limit: 2)
        let owners = try await store.list(Resources.memberships, query, in: .team(principal.team)).rows
        guard owners.contains(where: { $0.id != before.id }) else {
            let issue = DashError.Issue(pointer: "/role", message: "is the last owner's")
            throw DashError(.conflict, "A team needs an owner: make somebody else one first.", issues: [issue])
        }
    }

    private func prepareInvitation(
        _ draft: inout ResourceDraft,
        for principal: Principal,
        now: Timestamp
    ) async throws -> String? {
        if draft.row.string("role") == Role.owner.rawValue, principal.role != .owner {
            throw DashError(.forbidden, "Only an owner may invite an owner.")
        }
        if let email = draft.row.string("email") {
            let same = ResourceQuery(filters: [.init("email", .eq, .string(email))], limit: 1)
            if let user = try await store.list(Resources.users, same, in: .system).rows.first {
                let theirs = ResourceQuery(filters: [.init("user_id", .eq, .string(user.id.text))], limit: 1)
                let found = try await store.list(Resources.memberships, theirs, in: .team(principal.team)).rows
                if !found.isEmpty { draft.add([.init(pointer: "/email", message: "is a member already")]) }
            }
            try invitations?.requireRoom(to: email, of: principal.team, now: now)
        }
        let token = invitations?.links.make(for: draft.row.id) ?? SecretToken.make()
        draft.set("token_hash", .string(SecretToken.hash(token)))
        draft.set("expires_at", .string((now + Accounts.invitationLifetime).text))
        if case .user(let id) = principal.kind { draft.set("invited_by_id", .string(id.text)) }
        return token
    }

    private func prepareToken(
        _ draft: inout ResourceDraft,
        for principal: Principal,
        now: Timestamp
    ) async throws -> String? {
        guard draft.existing == nil else { return nil }
        if let expiry = draft.row.timestamp("expires_at"), expiry <= now {
            draft.add([.init(pointer: "/expires_at", message: "must be in the future")])
        }
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
            if case .ingest(let id) = scope,
                try await store.fetch(Resources.pipelines, id: id, in: .team(principal.team)) == nil
            {
                issues.append(.init(pointer: pointer, message: "names no pipeline of the team"))
            }
            if !normalized.contains(.string(scope.text)) { normalized.append(.string(scope.text)) }
        }
        draft.add(issues)
        draft.set("scopes", .array(normalized))
        let token = SecretToken.makeAPIToken()
        draft.set("token_hash", .string(SecretToken.hash(token)))
        draft.set("token_hint", .string(SecretToken.hint(token)))
        return token
    }
}

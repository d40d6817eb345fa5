import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// Who is invited is written to, when the server sends mail.
struct InvitationRules: ResourceRules {
    let resource = Resources.invitations

    func prepare(_ draft: inout ResourceDraft, _ context: RuleContext) async throws -> String? {
        let service = context.service
        if draft.row.string("role") == Role.owner.rawValue, context.principal.role != .owner {
            throw DashError(.forbidden, "Only an owner may invite an owner.")
        }
        if let email = draft.row.string("email") {
            let same = ResourceQuery(filters: [.init("email", .eq, .string(email))], limit: 1)
            if let user = try await service.store.resources.list(Resources.users, same, in: .system).rows.first {
                let theirs = ResourceQuery.Filter("user_id", .eq, .string(user.id.text))
                let found = try await context.rows(Resources.memberships, [theirs], limit: 1)
                if !found.isEmpty { draft.add([.init(pointer: "/email", message: "is a member already")]) }
            }
            try service.invitations?.requireRoom(to: email, of: context.team, now: context.now)
        }
        let token = service.invitations?.links.make(for: draft.row.id) ?? SecretToken.make()
        draft.set("token_hash", .string(SecretToken.hash(token)))
        draft.set("expires_at", .string((context.now + Accounts.invitationLifetime).text))
        if case .user(let id) = context.principal.kind { draft.set("invited_by_id", .string(id.text)) }
        return token
    }

    func sideChanges(from before: ResourceRow?, to after: ResourceRow?, _ context: RuleContext) async throws
        -> [ResourceChange]
    {
        guard before == nil, let after, let invitations = context.service.invitations else { return [] }
        return [invitations.job(after)]
    }

    func committed(_ action: ResourceAction, of row: ResourceRow, _ service: ResourceService) async {
        if action == .create { service.invitations?.wake() }
    }
}

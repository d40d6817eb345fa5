import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// A team keeps at least one active owner, and only owners make owners.
struct MembershipRules: ResourceRules {
    let resource = Resources.memberships

    func gate(_ row: ResourceRow, in team: UUID) -> UUID { team }

    func prepare(_ draft: inout ResourceDraft, _ context: RuleContext) async throws -> String? {
        if let existing = draft.existing { try await guardOwners(before: existing, after: draft.row, context) }
        return nil
    }

    func requireDeletable(_ row: ResourceRow, _ context: RuleContext) async throws {
        try await guardOwners(before: row, after: nil, context)
    }

    private func guardOwners(before: ResourceRow, after: ResourceRow?, _ context: RuleContext) async throws {
        let owner = Role.owner.rawValue
        let wasOwner = before.string("role") == owner
        let isOwner = after?.string("role") == owner
        if wasOwner || isOwner, before.values != after?.values, context.principal.role != .owner {
            throw DashError(.forbidden, "Only an owner may change who is an owner.")
        }
        guard wasOwner, before.bool("active"), !(isOwner && after?.bool("active") == true) else { return }
        let active: [ResourceQuery.Filter] = [.init("role", .eq, .string(owner)), .init("active", .eq, true)]
        let owners = try await context.rows(resource, active, limit: 2)
        guard owners.contains(where: { $0.id != before.id }) else {
            let issue = DashError.Issue(pointer: "/role", message: "is the last owner's")
            throw DashError(.conflict, "A team needs an owner: make somebody else one first.", issues: [issue])
        }
    }
}

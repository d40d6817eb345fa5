import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// People are seen by those who see their memberships of the team, and are nobody else's to see.
struct UserRules: ResourceRules {
    let resource = Resources.users

    func find(_ ids: [UUID], _ context: RuleContext) async throws -> [ResourceRow] {
        let service = context.service
        try service.allow(context.principal, .read, on: Resources.memberships.name)
        let wanted = JSONValue.array(ids.map { .string($0.text) })
        let memberships = try await context.rows(Resources.memberships, [.init("user_id", .in, wanted)])
        guard !memberships.isEmpty else { return [] }
        let known = JSONValue.array(memberships.map { $0["user_id"] })
        let people = ResourceQuery(filters: [.init("id", .in, known)], limit: 1_000)
        return try await service.store.resources.list(resource, people, in: .system).rows.map {
            service.shown($0, of: resource)
        }
    }

    func exists(_ id: UUID, _ context: RuleContext) async throws -> Bool { try await !find([id], context).isEmpty }
}

import DashAPI
import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import Hummingbird

/// The audit trail of the team: who did what, when, from where, and what it was before.
struct AuditRoutes: Sendable {
    let site: Site

    private static let pageSize = 50

    func add(to router: some RouterMethods<DashRequestContext>) {
        router.get("/audit", use: show)
    }

    @Sendable private func show(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let filter = AuditFilter(FormData.query(of: request))
        let query = ResourceQuery(
            filters: filter.conditions,
            sort: [.init("id", descending: true)],
            limit: Self.pageSize,
            after: filter.after
        )
        let page = try await site.page(of: Resources.auditEvents, query, as: member.principal)
        let names = try await names(in: page.rows, as: member.principal)
        let people = try await site.accounts.members(as: member.principal)
        let data: ViewData = [
            "events": page.rows.map { AuditLine($0, names: names).data },
            "hasEvents": !page.rows.isEmpty,
            "isFiltered": !filter.conditions.isEmpty,
            "people": people.map { person in
                [
                    "id": person.user.text, "email": person.email, "isSelected": person.user.text == filter.person,
                ] as ViewData
            },
            "resources": AuditLine.resources.map { name in
                ["name": name, "label": AuditLine.label(of: name), "isSelected": name == filter.resource] as ViewData
            },
            "actions": AuditLine.actions.map { action in
                [
                    "name": action.name, "label": action.label, "isSelected": action.name == filter.action,
                ] as ViewData
            },
            "from": filter.from ?? "",
            "to": filter.to ?? "",
            "next": page.next.map { "/audit?" + filter.query(after: $0) } ?? "",
            "hasNext": page.next != nil,
            "isLater": filter.after != nil,
            "first": "/audit?" + filter.query(after: nil),
        ]
        return try site.pages.page("audit", title: "Audit", section: "audit", data, context: context)
    }

    /// What people call those who acted and what they acted on, as far as it is still there.
    private func names(in events: [ResourceRow], as principal: Principal) async throws -> [UUID: String] {
        var people: Set<UUID> = []
        var others: [String: Set<UUID>] = [:]
        for event in events {
            if let actor = event.uuid("actor_id") {
                switch event.string("actor_type") {
                case "user": people.insert(actor)
                case "api_token": others[Resources.apiTokens.name, default: []].insert(actor)
                default: break
                }
            }
            guard let id = event.uuid("resource_id"), let type = event.string("resource_type") else { continue }
            if type == Resources.users.name { people.insert(id) } else { others[type, default: []].insert(id) }
        }
        var names = try await site.accounts.addresses(of: people, as: principal)
        for (type, ids) in others {
            guard let resource = Resources.named(type), resource.offers(.read),
                let column = ["name", "email"].first(where: { resource.attribute($0) != nil })
            else { continue }
            let query = ResourceQuery(
                filters: [.init("id", .in, .array(ids.map { .string($0.text) }))],
                limit: Self.pageSize * 2
            )
            for row in try await site.resources.list(resource, query, as: principal).rows {
                names[row.id] = row.string(column)
            }
        }
        return names
    }
}

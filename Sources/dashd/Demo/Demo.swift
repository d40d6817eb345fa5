import DashAPI
import DashJSON
import DashModel
import DashStorage
import Foundation

/// `--demo`: a team with pipelines and a dashboard that move at once, made through the same services as by hand.
struct Demo {
    static let email = "admin@demo.local"
    static let slug = "demo"

    let accounts: Accounts
    let resources: ResourceService
    let store: Store

    /// Makes what is missing; what is there, changed or not, stays as it is. Returns the password to sign in with.
    func prepare(dataDirectory: String) async throws -> String? {
        let password = DemoPassword(path: dataDirectory + "/demo-password")
        guard try await team() == nil else { return password.read() }
        let text = try password.make()
        let (user, team) = try await accounts.createUser(
            email: Self.email,
            password: text,
            teamSlug: Self.slug,
            role: .owner
        )
        try await fill(Principal.user(user, team: team, role: .owner))
        return text
    }

    private func team() async throws -> ResourceRow? {
        let query = ResourceQuery(filters: [.init("slug", .eq, .string(Self.slug))], limit: 1)
        return try await store.resources.list(Resources.teams, query, in: .system).rows.first
    }

    private func fill(_ principal: Principal) async throws {
        let machine = try await create(Resources.pipelines, DemoContent.machine, as: principal)
        let health = try await create(Resources.pipelines, DemoContent.health(of: machine), as: principal)
        _ = try await create(
            Resources.dataMappings,
            DemoContent.healthMapping,
            relationships: ["pipeline": health],
            as: principal
        )
        _ = try await create(Resources.pipelines, DemoContent.inbox, as: principal)
        let dashboard = try await create(Resources.dashboards, DemoContent.dashboard, as: principal)
        for widget in DemoContent.widgets(machine: machine, health: health) {
            _ = try await create(Resources.widgets, widget, relationships: ["dashboard": dashboard], as: principal)
        }
    }

    private func create(
        _ resource: Resource,
        _ attributes: JSONObject,
        relationships: [String: UUID] = [:],
        as principal: Principal
    ) async throws -> UUID {
        let input = ResourceInput(attributes: attributes, relationships: relationships)
        return try await resources.create(resource, input, as: principal).row.id
    }
}

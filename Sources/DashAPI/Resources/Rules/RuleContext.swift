import DashModel
import DashStorage
import FoundationEssentials

/// Who asks, and by what a rule finds out what it must know.
struct RuleContext: Sendable {
    let service: ResourceService
    let principal: Principal
    let remoteAddress: String?
    /// When the request began.
    let now: Timestamp

    init(_ service: ResourceService, _ principal: Principal, from remoteAddress: String? = nil) {
        self.service = service
        self.principal = principal
        self.remoteAddress = remoteAddress
        now = service.now
    }

    var team: UUID { principal.team }

    /// A row of the team; nil when it has none with the id.
    func row(_ resource: Resource, _ id: UUID) async throws -> ResourceRow? {
        try await service.store.resources.fetch(resource, id: id, in: .team(team))
    }

    /// The team's first rows of those that fit.
    func rows(
        _ resource: Resource,
        _ filters: [ResourceQuery.Filter],
        sort: [ResourceQuery.Sort] = [],
        limit: Int = 1_000
    ) async throws -> [ResourceRow] {
        let query = ResourceQuery(filters: filters, sort: sort, limit: limit)
        return try await service.store.resources.list(resource, query, in: .team(team)).rows
    }
}

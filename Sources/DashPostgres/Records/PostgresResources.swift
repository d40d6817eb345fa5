import DashModel
import DashStorage
import FoundationEssentials

/// The rows of resources, of which some show what this node has committed up to now.
struct PostgresResources: ResourceStore {
    let rows: SQLResourceStore
    let posting: CommitPosting

    private static let posted: Set<String> = ["teams", "runs", "pipeline_counters"]

    private func postWhat(_ resource: Resource) async throws {
        guard Self.posted.contains(resource.name) else { return }
        try await posting.postUnposted()
    }

    func fetch(_ resource: Resource, id: UUID, in scope: AccessScope) async throws -> ResourceRow? {
        try await postWhat(resource)
        return try await rows.fetch(resource, id: id, in: scope)
    }

    func list(_ resource: Resource, _ query: ResourceQuery, in scope: AccessScope) async throws -> ResourcePage {
        try await postWhat(resource)
        return try await rows.list(resource, query, in: scope)
    }

    func count(_ resource: Resource, upTo limit: Int, in scope: AccessScope) async throws -> Int {
        try await rows.count(resource, upTo: limit, in: scope)
    }

    @discardableResult
    func apply(_ changes: [ResourceChange], in scope: AccessScope) async throws -> [ResourceRow] {
        try await rows.apply(changes, in: scope)
    }

    func reseal(_ resource: Resource, after id: UUID?, limit: Int) async throws -> ResealedRows {
        try await rows.reseal(resource, after: id, limit: limit)
    }
}

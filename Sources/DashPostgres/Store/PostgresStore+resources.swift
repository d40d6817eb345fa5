public import DashModel
public import DashStorage
public import FoundationEssentials

extension PostgresStore {
    public func fetch(_ resource: Resource, id: UUID, in scope: AccessScope) async throws -> ResourceRow? {
        try await postWhat(resource)
        return try await resources.fetch(resource, id: id, in: scope)
    }

    public func list(_ resource: Resource, _ query: ResourceQuery, in scope: AccessScope) async throws -> ResourcePage {
        try await postWhat(resource)
        return try await resources.list(resource, query, in: scope)
    }

    public func count(_ resource: Resource, upTo limit: Int, in scope: AccessScope) async throws -> Int {
        try await resources.count(resource, upTo: limit, in: scope)
    }

    @discardableResult
    public func apply(_ changes: [ResourceChange], in scope: AccessScope) async throws -> [ResourceRow] {
        try await resources.apply(changes, in: scope)
    }

    public func reseal(_ resource: Resource, after id: UUID?, limit: Int) async throws -> ResealedRows {
        try await resources.reseal(resource, after: id, limit: limit)
    }

    /// Teams and runs show what this node has committed up to now.
    private func postWhat(_ resource: Resource) async throws {
        guard Self.posted.contains(resource.name) else { return }
        try await posting.postUnposted()
    }

    private static let posted: Set<String> = ["teams", "runs", "pipeline_counters"]
}

public import DashJSON
public import DashModel
import DashPipeline
public import DashStorage
public import FoundationEssentials

extension ResourceService {
    /// A page of the team's rows. `.invalid` for a filter or sort by a column that clients can't see.
    public func list(
        _ resource: Resource,
        _ query: ResourceQuery = ResourceQuery(),
        as principal: Principal
    ) async throws -> ResourcePage {
        try allow(principal, .read, on: resource.name)
        let columns = Self.queryableColumns(of: resource)
        for column in query.filters.map(\.column) + query.sort.map(\.column) where !columns.contains(column) {
            throw DashError(.invalid, "\(resource.name) can't be filtered or sorted by \(column).")
        }
        var query = query
        query.limit = min(max(query.limit, 1), 1_000)
        var page = try await store.resources.list(resource, query, in: .team(principal.team))
        page.rows = page.rows.map { shown($0, of: resource) }
        return page
    }

    /// One row; `.notFound` when the team has none with the id.
    public func fetch(_ resource: Resource, id: UUID, as principal: Principal) async throws -> ResourceRow {
        try allow(principal, .read, on: resource.name)
        return shown(try await stored(resource, id, for: principal), of: resource)
    }

    /// Those rows with the ids that the asker may see.
    func find(_ resource: Resource, _ ids: [UUID], as principal: Principal) async throws -> [ResourceRow] {
        try await Rules.of(resource).find(ids, RuleContext(self, principal))
    }

    /// A page of a pipeline's records, newest first.
    public func records(
        of pipeline: UUID,
        before: RecordPosition? = nil,
        limit: Int,
        as principal: Principal
    ) async throws -> [Record] {
        try allow(principal, .records)
        _ = try await stored(Resources.pipelines, pipeline, for: principal)
        return try await store.records.page(
            of: pipeline,
            before: before,
            limit: min(max(limit, 1), 1_000),
            now: clock.now
        )
    }

    /// A pipeline's last records, newest last, from memory when they are there.
    public func latest(of pipeline: UUID, limit: Int, as principal: Principal) async throws -> [Record] {
        try allow(principal, .records)
        _ = try await stored(Resources.pipelines, pipeline, for: principal)
        return try await operations.latest(of: pipeline, limit: min(max(limit, 1), 100))
    }

    /// A pipeline's counts.
    public func ledger(of pipeline: UUID, as principal: Principal) async throws -> Ledger {
        try allow(principal, .ledger)
        _ = try await stored(Resources.pipelines, pipeline, for: principal)
        return try await store.commits.ledger(of: pipeline)
    }

    /// Deliveries that wait, by lane of a pipeline.
    public func backlog(of pipeline: UUID, as principal: Principal) async throws -> [LaneBacklog] {
        try allow(principal, .read, on: Resources.deliveries.name)
        _ = try await stored(Resources.pipelines, pipeline, for: principal)
        return try await store.deliveries.backlog(of: pipeline)
    }

    /// Answers a data query (`{"pipeline_id", "fields", …}`) about one of the team's pipelines.
    public func query(_ json: JSONValue, as principal: Principal) async throws -> DataResult {
        try allow(principal, .query)
        let query = try DataQuery(json: json)
        guard try await store.resources.fetch(Resources.pipelines, id: query.pipeline, in: .team(principal.team)) != nil
        else {
            let issue = DashError.Issue(pointer: "/pipeline_id", message: "is not a pipeline of the team")
            throw DashError(.notFound, "There is no such pipeline.", issues: [issue])
        }
        return try await queries.answer(query, of: principal.team)
    }

    /// What clients may filter and sort by: no hidden, sealed or composite values.
    static func queryableColumns(of resource: Resource) -> Set<String> {
        let attributes = resource.attributes.filter {
            $0.access != .hidden && !$0.isSealed && $0.type != .json && $0.type != .bytes
        }
        let links = resource.relationships.filter { $0.kind == .toOne }.map(\.column)
        return Set(["id"] + attributes.map(\.name) + links)
    }
}

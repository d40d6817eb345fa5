import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials

/// Widgets: their place, their query, and the links from dashboards to pipelines that follow from the queries.
extension ResourceService {
    func prepareWidget(_ draft: inout ResourceDraft, for principal: Principal) async throws {
        if let type = draft.changed["type"], !widgetTypes.contains(type.stringValue ?? "") {
            draft.refuse("type", "must be one of " + widgetTypes.joined(separator: ", "))
        }
        if let position = draft.changed["position"] { draft.add(Self.positionIssues(position)) }
        guard let query = draft.changed["data_query"], let members = query.objectValue, !members.isEmpty else { return }
        do {
            let pipeline = try DataQuery(json: query).pipeline
            if try await store.fetch(Resources.pipelines, id: pipeline, in: .team(principal.team)) == nil {
                draft.add([.init(pointer: "/data_query/pipeline_id", message: "is not a pipeline of the team")])
            }
        } catch let error as DashError where error.code == .invalid {
            let issues = error.issues.isEmpty ? [DashError.Issue(pointer: "", message: error.message)] : error.issues
            draft.add(issues.map { .init(pointer: "/data_query" + $0.pointer, message: $0.message) })
        }
    }

    /// What keeps `dashboards_pipelines` true once the widget is saved.
    func linkChanges(_ resource: Resource, after row: ResourceRow, for principal: Principal) async throws
        -> [ResourceChange]
    {
        guard resource.name == Resources.widgets.name, let dashboard = row.uuid("dashboard_id") else { return [] }
        return try await linkChanges(of: dashboard, replacing: row.id, with: row, for: principal)
    }

    /// What keeps `dashboards_pipelines` true once the widget is gone.
    func linkChanges(_ resource: Resource, without row: ResourceRow, for principal: Principal) async throws
        -> [ResourceChange]
    {
        guard resource.name == Resources.widgets.name, let dashboard = row.uuid("dashboard_id") else { return [] }
        return try await linkChanges(of: dashboard, replacing: row.id, with: nil, for: principal)
    }

    /// Has the roll-ups of the pipelines looked at that the rows read: widgets before and after a change, or a dashboard
    /// that goes with its widgets.
    func rollupChanges(_ resource: Resource, of rows: [ResourceRow], for principal: Principal) async throws
        -> [ResourceChange]
    {
        var pipelines: Set<UUID> = []
        if resource.name == Resources.widgets.name {
            pipelines = Set(rows.compactMap(Self.pipeline))
        } else if resource.name == Resources.dashboards.name {
            for row in rows {
                let links = ResourceQuery(filters: [.init("dashboard_id", .eq, .string(row.id.text))], limit: 1_000)
                let page = try await store.list(Resources.dashboardsPipelines, links, in: .team(principal.team))
                pipelines.formUnion(page.rows.compactMap { $0.uuid("pipeline_id") })
            }
        }
        return pipelines.map { .enqueue(RollupJobs.reconcile($0, team: principal.team)) }
    }

    private func linkChanges(
        of dashboard: UUID,
        replacing id: UUID,
        with row: ResourceRow?,
        for principal: Principal
    ) async throws -> [ResourceChange] {
        let scope = AccessScope.team(principal.team)
        let here = ResourceQuery(filters: [.init("dashboard_id", .eq, .string(dashboard.text))], limit: 1_000)
        let others = try await store.list(Resources.widgets, here, in: scope).rows.filter { $0.id != id }
        let read = Set((others + [row].compactMap { $0 }).compactMap(Self.pipeline))
        // A widget may outlive its pipeline; a link may not.
        let ids = JSONValue.array(read.map { .string($0.text) })
        let existing = ResourceQuery(filters: [.init("id", .in, ids)], limit: 1_000)
        let wanted = Set(
            read.isEmpty ? [] : try await store.list(Resources.pipelines, existing, in: scope).rows.map(\.id)
        )
        let links = try await store.list(Resources.dashboardsPipelines, here, in: scope).rows
        let present = Set(links.compactMap { $0.uuid("pipeline_id") })
        let gone = links.filter { link in link.uuid("pipeline_id").map { !wanted.contains($0) } ?? true }
        let missing = wanted.subtracting(present).sorted { $0.text < $1.text }
        return gone.map { .delete(Resources.dashboardsPipelines, id: $0.id) }
            + missing.map { pipeline in
                let values: [String: JSONValue] = [
                    "dashboard_id": .string(dashboard.text), "pipeline_id": .string(pipeline.text),
                ]
                return .insert(Resources.dashboardsPipelines, ResourceRow(id: .v7(at: now), values: values))
            }
    }

    /// The pipeline that a widget reads; nil for one that reads none.
    static func pipeline(of widget: ResourceRow) -> UUID? {
        widget["data_query"]["pipeline_id"]?.stringValue.flatMap(UUID.init(uuidString:))
    }

    private static func positionIssues(_ position: JSONValue) -> [DashError.Issue] {
        let bounds: [(String, ClosedRange<Int>)] = [("x", 0...23), ("y", 0...10_000), ("w", 1...24), ("h", 1...100)]
        var issues: [DashError.Issue] = []
        for (key, range) in bounds where !(position[key]?.intValue.map(range.contains) ?? false) {
            let message = "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
            issues.append(.init(pointer: "/position/" + key, message: message))
        }
        for key in position.objectValue?.keys ?? [] where !bounds.contains(where: { $0.0 == key }) {
            issues.append(.init(pointer: "/position/" + key, message: "is not known; a position has x, y, w and h"))
        }
        if issues.isEmpty, let x = position["x"]?.intValue, let w = position["w"]?.intValue, x + w > 24 {
            issues.append(.init(pointer: "/position/w", message: "reaches beyond the dashboard's 24 columns"))
        }
        return issues
    }
}

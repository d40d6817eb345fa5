import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials

/// Widgets: their place, their query, and the links from dashboards to pipelines that follow from the queries.
struct WidgetRules: ResourceRules {
    let resource = Resources.widgets

    func cap(_ limits: BorderLimits) -> Int? { limits.widgets }

    func gate(_ row: ResourceRow, in team: UUID) -> UUID { row.uuid("dashboard_id") ?? row.id }

    func prepare(_ draft: inout ResourceDraft, _ context: RuleContext) async throws -> String? {
        let types = context.service.widgetTypes
        if let type = draft.changed["type"], !types.contains(type.stringValue ?? "") {
            draft.refuse("type", "must be one of " + types.joined(separator: ", "))
        }
        if let position = draft.changed["position"] { draft.add(Self.positionIssues(position)) }
        guard let query = draft.changed["data_query"], let members = query.objectValue, !members.isEmpty else {
            return nil
        }
        do {
            let pipeline = try DataQuery(json: query).pipeline
            if try await context.row(Resources.pipelines, pipeline) == nil {
                draft.add([.init(pointer: "/data_query/pipeline_id", message: "is not a pipeline of the team")])
            }
        } catch let error as DashError where error.code == .invalid {
            let issues = error.issues.isEmpty ? [DashError.Issue(pointer: "", message: error.message)] : error.issues
            draft.add(issues.map { .init(pointer: "/data_query" + $0.pointer, message: $0.message) })
        }
        return nil
    }

    /// Keeps `dashboards_pipelines` true, and has the roll-ups looked at of the pipelines that are read before or after.
    func sideChanges(from before: ResourceRow?, to after: ResourceRow?, _ context: RuleContext) async throws
        -> [ResourceChange]
    {
        guard let row = after ?? before, let dashboard = row.uuid("dashboard_id") else { return [] }
        let links = try await linkChanges(of: dashboard, replacing: row.id, with: after, context)
        guard before?["data_query"] != after?["data_query"] else { return links }
        let read = Set([before, after].compactMap { $0.flatMap(Self.pipeline) })
        return links + read.map { .enqueue(RollupJobs.reconcile($0, team: context.team)) }
    }

    func committed(_ action: ResourceAction, of row: ResourceRow, _ service: ResourceService) async {
        service.links?.forgetAll()
    }

    private func linkChanges(
        of dashboard: UUID,
        replacing id: UUID,
        with row: ResourceRow?,
        _ context: RuleContext
    ) async throws -> [ResourceChange] {
        let here = [ResourceQuery.Filter("dashboard_id", .eq, .string(dashboard.text))]
        let others = try await context.rows(resource, here).filter { $0.id != id }
        let read = Set((others + [row].compactMap { $0 }).compactMap(Self.pipeline))
        // A widget may outlive its pipeline; a link may not.
        let ids = JSONValue.array(read.map { .string($0.text) })
        let wanted = Set(
            read.isEmpty ? [] : try await context.rows(Resources.pipelines, [.init("id", .in, ids)]).map(\.id)
        )
        let links = try await context.rows(Resources.dashboardsPipelines, here)
        let present = Set(links.compactMap { $0.uuid("pipeline_id") })
        let gone = links.filter { link in link.uuid("pipeline_id").map { !wanted.contains($0) } ?? true }
        let missing = wanted.subtracting(present).sorted { $0.text < $1.text }
        return gone.map { .delete(Resources.dashboardsPipelines, id: $0.id) }
            + missing.map { pipeline in
                let values: [String: JSONValue] = [
                    "dashboard_id": .string(dashboard.text), "pipeline_id": .string(pipeline.text),
                ]
                return .insert(Resources.dashboardsPipelines, ResourceRow(id: .v7(at: context.now), values: values))
            }
    }

    /// The pipeline that a widget reads; nil for one that reads none.
    private static func pipeline(of widget: ResourceRow) -> UUID? {
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

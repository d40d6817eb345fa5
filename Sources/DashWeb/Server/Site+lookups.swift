import DashAPI
import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

extension Site {
    /// The team's pipelines by name, for choices.
    func pipelineNames(as principal: Principal) async throws -> [(id: UUID, name: String)] {
        let query = ResourceQuery(sort: [.init("name")], limit: 1_000)
        return try await resources.list(Resources.pipelines, query, as: principal).rows
            .map { ($0.id, $0.string("name") ?? "") }
    }

    /// A pipeline's mapping; nil when it has none yet.
    func mapping(of pipeline: UUID, as principal: Principal) async throws -> ResourceRow? {
        let query = ResourceQuery(filters: [.init("pipeline_id", .eq, .string(pipeline.text))], limit: 1)
        return try await resources.list(Resources.dataMappings, query, as: principal).rows.first
    }

    /// A dashboard's widgets in the order in which they are read.
    func widgets(of dashboard: UUID, as principal: Principal) async throws -> [ResourceRow] {
        let query = ResourceQuery(filters: [.init("dashboard_id", .eq, .string(dashboard.text))], limit: 500)
        return DashboardView.ordered(try await resources.list(Resources.widgets, query, as: principal).rows)
    }

    /// The fields that a pipeline's records have: from its latest records, or from its schema while there are none.
    func paths(of pipeline: UUID, as principal: Principal) async throws -> [String] {
        let records = try await resources.latest(of: pipeline, limit: 10, as: principal)
        let seen = RecordPaths.of(records)
        if !seen.isEmpty { return ["ingested_at"] + seen }
        let mapping = try await mapping(of: pipeline, as: principal)
        let targets = (mapping?["mappings"].arrayValue ?? []).compactMap { $0["target"]?.stringValue }
        return ["ingested_at"] + (targets.isEmpty ? RecordPaths.of(schema: mapping?["source_schema"] ?? .null) : targets)
    }
}

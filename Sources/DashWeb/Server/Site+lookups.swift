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
}

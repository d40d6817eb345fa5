import DashAPI
import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import HTTPTypes

extension Site {
    /// A page of a list. A cursor in the address that the list did not give out leads nowhere: 400.
    func page(of resource: Resource, _ query: ResourceQuery, as principal: Principal) async throws -> ResourcePage {
        do {
            return try await resources.list(resource, query, as: principal)
        } catch let error as DashError where error.code == .invalid && query.isContinued {
            throw ProblemDetails(
                status: .badRequest,
                code: "invalid_parameter",
                title: "No such page",
                detail: "The address's after is not one that this list gave out. Begin at its first page."
            )
        }
    }

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

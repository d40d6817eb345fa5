import DashAPI
import DashModel
import DashPipeline
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// `OPTIONS /ingest/{pipeline_id}`: senders of CloudEvents ask first whether their posts are welcome (HTTP 1.1 Web Hooks
/// for Event Delivery, section 4).
struct WebhookHandshake: Sendable {
    let operations: any PipelineOperations

    func respond(to request: Request, context: DashRequestContext) async throws -> Response {
        do {
            guard let id = context.parameters.get("pipeline_id").flatMap({ UUID(text: $0) }),
                try await operations.ingestTarget(id) != nil
            else { throw DashError(.notFound, "There is no such realtime pipeline.") }
        } catch {
            return ProblemDetails.ingest(error).response(requestID: context.requestID)
        }
        var headers: HTTPFields = [.allow: "OPTIONS, POST"]
        if let origin = request.headers[.webhookRequestOrigin] {
            headers[.webhookAllowedOrigin] = origin
            if request.headers[.webhookRequestRate] != nil { headers[.webhookAllowedRate] = "*" }
        }
        return Response(status: .ok, headers: headers)
    }
}

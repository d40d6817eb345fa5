import DashAPI
import DashModel
import DashPipeline
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// `POST /ingest/{pipeline_id}`: says who may post before a byte of the body is read, then hands the body on and answers
/// when its records are durable. It passes no middleware, as every microsecond here is one per record.
struct IngestEndpoint: Sendable {
    let operations: any PipelineOperations
    let tokens: TokenAuthenticator
    let bodyLimit: Int

    func respond(to request: Request, context: DashRequestContext) async throws -> Response {
        do {
            let pipeline = try await authorize(request, context)
            let body = try IngestBody(headers: request.headers, limit: bodyLimit)
            let receipt = try await operations.ingest(
                IngestRequest(
                    pipeline: pipeline,
                    body: try await body.read(request.body),
                    isLines: body.isLines,
                    idempotencyKey: try Self.idempotencyKey(request.headers)
                )
            )
            return Self.accepted(receipt)
        } catch {
            let problem = ProblemDetails.ingest(error)
            if problem.status == .internalServerError {
                context.logger.error("An ingest request failed", metadata: ["error": "\(error)"])
            }
            return problem.response(requestID: context.requestID)
        }
    }

    /// The pipeline, when the request may post to it. Another team's pipeline looks like none.
    private func authorize(_ request: Request, _ context: DashRequestContext) async throws -> UUID {
        guard let id = context.parameters.get("pipeline_id").flatMap({ UUID(uuidString: $0) }),
            let target = try await operations.ingestTarget(id)
        else { throw DashError(.notFound, "There is no such realtime pipeline.") }
        if target.auth == "none" { return id }
        guard let bearer = request.bearerToken else {
            throw DashError(.unauthenticated, "Send a token that may ingest as Authorization: Bearer.")
        }
        guard let principal = try await tokens.authenticate(bearer) else {
            throw DashError(.unauthenticated, "The token is unknown, expired or deleted.")
        }
        guard principal.team == target.team else { throw DashError(.notFound, "There is no such realtime pipeline.") }
        guard principal.mayIngest(into: id) else {
            throw DashError(.forbidden, "The token may not post to this pipeline.")
        }
        return id
    }

    private static func idempotencyKey(_ headers: HTTPFields) throws -> String? {
        guard let key = headers[.idempotencyKey] ?? headers[.webhookID], !key.isEmpty else { return nil }
        guard key.utf8.count <= 255 else {
            throw DashError(
                .invalid,
                "The idempotency key is longer than 255 bytes.",
                issues: [.init(pointer: "/headers/idempotency-key", message: "at most 255 bytes")]
            )
        }
        return key
    }

    private static func accepted(_ receipt: IngestReceipt) -> Response {
        Response(
            status: .accepted,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: receipt == one.receipt ? one.bytes : bytes(of: receipt))
        )
    }

    /// What most posts are answered, made once.
    private static let one: (receipt: IngestReceipt, bytes: ByteBuffer) = {
        let receipt = IngestReceipt(accepted: 1, quarantined: 0, duplicates: 0)
        return (receipt, bytes(of: receipt))
    }()

    private static func bytes(of receipt: IngestReceipt) -> ByteBuffer {
        ByteBuffer(
            string: "{\"accepted\":\(receipt.accepted),\"quarantined\":\(receipt.quarantined),"
                + "\"duplicates\":\(receipt.duplicates)}"
        )
    }
}

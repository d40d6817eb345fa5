import DashAPI
import DashMapping
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
    let border: Border
    let bodyLimit: Int
    /// Where the server is reached, without a slash at its end: some signatures cover the address.
    var publicURL = ""
    /// A body that took longer to come: the right to post it may have ended meanwhile.
    var confirmsAfter = Duration.seconds(1)
    var clock: any WallClock = SystemClock()

    func respond(to request: Request, context: DashRequestContext) async throws -> Response {
        var rate: RateStatus?
        do {
            let (pipeline, target) = try await authorize(request, context)
            let status = border.rates.take(border.rateLimits.posts, .team(target.team))
            rate = status
            guard status.isAllowed else { throw status.error }
            let body = try IngestBody(headers: request.headers, limit: bodyLimit)
            return try await border.taking(body.expected, of: .team(target.team)) {
                try await take(body, for: target, of: pipeline, request, context, status)
            }
        } catch {
            let problem = ProblemDetails.ingest(error)
            let hasCause = (error as? DashError)?.cause != nil && problem.status.kind == .serverError
            if problem.status == .internalServerError || hasCause {
                context.logger.error("An ingest request failed", metadata: ["error": "\(String(reflecting: error))"])
            }
            var response = problem.response(requestID: context.requestID)
            if let rate { response.headers.tell(rate) }
            return response
        }
    }

    /// From the first byte of the body to the answer.
    private func take(
        _ body: IngestBody,
        for target: IngestTarget,
        of pipeline: UUID,
        _ request: Request,
        _ context: DashRequestContext,
        _ status: RateStatus
    ) async throws -> Response {
        let mode = try CloudEvents.mode(request.headers)
        let start = ContinuousClock.now
        var place: Caps.Place?
        defer { place?.leave() }
        let bytes = try await body.read(request.body) { place = try border.placeForGrowth(.team(target.team)) }
        if start.duration(to: .now) > confirmsAfter { _ = try await authorize(request, context) }
        let verified = try target.verifier?.verify(signed(request, body: bytes), now: clock.now)
        if let challenge = verified?.challenge { return Self.answer(to: challenge) }
        let events = try mode.map { try CloudEvents.receive($0, bytes, request.headers) }
        var ingest = IngestRequest(
            pipeline: pipeline,
            body: events?.body ?? bytes,
            form: events == nil ? body.form : BodyForm(.json)
        )
        let key = try verified?.deliveryID ?? Self.idempotencyKey(request.headers)
        if let events, mode != .binary || verified?.deliveryID == nil {
            // An event is the same one in whatever request it comes.
            if events.keys.count == 1, events.unreadable.isEmpty {
                ingest.idempotencyKey = events.keys[0]
            } else {
                ingest.eventKeys = events.keys
                ingest.unreadable = events.unreadable
            }
        } else {
            // What is signed comes first: the rest, as an event's headers, may have been changed on the way.
            ingest.idempotencyKey = key
        }
        return Self.accepted(try await operations.ingest(ingest), status)
    }

    /// The pipeline, when the request may post to it. Another team's pipeline looks like none.
    private func authorize(_ request: Request, _ context: DashRequestContext) async throws
        -> (UUID, IngestTarget)
    {
        guard let id = context.parameters.get("pipeline_id").flatMap({ UUID(text: $0) }),
            let target = try await operations.ingestTarget(id)
        else { throw DashError(.notFound, "There is no such realtime pipeline.") }
        if target.auth == "none" { return (id, target) }
        if let verifier = target.verifier {
            try verifier.precheck(signed(request, body: []))
            return (id, target)
        }
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
        return (id, target)
    }

    private func signed(_ request: Request, body: [UInt8]) -> SignedRequest {
        SignedRequest(
            body: body,
            url: publicURL + (request.head.path ?? ""),
            headers: request.headers.map { ($0.name.canonicalName, $0.value) }
        )
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

    private static func answer(to challenge: String) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: challenge))
        )
    }

    private static func accepted(_ receipt: IngestReceipt, _ rate: RateStatus) -> Response {
        var headers: HTTPFields = [.contentType: "application/json"]
        if receipt.isRepeat { headers[.idempotentReplayed] = "true" }
        headers.tell(rate)
        return Response(
            status: .accepted,
            headers: headers,
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

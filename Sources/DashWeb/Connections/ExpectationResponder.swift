import DashAPI
import HTTPTypes
import Hummingbird
import NIOCore

/// Lets a client that waits for `100 Continue` have it when its body begins to be read, and not before: until then the
/// final answer may come instead, for which no byte of the body has to travel.
struct ExpectationResponder<Base: HTTPResponder>: HTTPResponder where Base.Context == DashRequestContext {
    let base: Base

    func respond(to request: Request, context: Base.Context) async throws -> Response {
        guard let expectation = request.headers[.expect].map({ Expectation($0) }) else {
            return try await base.respond(to: request, context: context)
        }
        guard expectation == .continue else {
            return ProblemDetails(
                status: .expectationFailed,
                code: "expectation_failed",
                title: "Expectation failed",
                detail: "Of Expect this server knows 100-continue alone."
            )
            .response(requestID: context.requestID)
        }
        var request = request
        request.body = RequestBody(asyncSequence: InvitedBody(base: request.body, channel: context.channel))
        return try await base.respond(to: request, context: context)
    }
}

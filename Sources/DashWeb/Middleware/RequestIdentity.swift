import DashAPI
import DashModel
import HTTPTypes
import Hummingbird
import Logging

/// Gives each request an id, its caller's when that is a decent one, and writes one line a request into the log. The line
/// names the route and not the address, which may hold a link's token.
struct RequestIdentity: RouterMiddleware {
    func handle(
        _ request: Request,
        context: DashRequestContext,
        next: @concurrent (Request, DashRequestContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let id = request.headers[.requestID], Self.isDecent(id) {
            context.logger[metadataKey: "hb.request.id"] = .string(id)
        }
        let start = ContinuousClock.now
        var response = try await next(request, context)
        response.headers[.requestID] = context.requestID
        context.logger.info(
            "request",
            metadata: [
                "method": .string(request.method.rawValue),
                "route": .string(context.endpointPath ?? "none"),
                "status": .stringConvertible(response.status.code),
                "ms": .stringConvertible(start.duration(to: .now).microseconds / 1_000),
            ]
        )
        return response
    }

    private static func isDecent(_ id: String) -> Bool {
        (1...64).contains(id.utf8.count)
            && id.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}

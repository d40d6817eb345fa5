import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging

/// Answers the routes of the REST API, always in this order: who asks, whether they may, what they want, the answer.
struct RESTResponder: Sendable {
    let service: ResourceService

    func respond(to route: RESTRoute, _ request: Request, _ context: DashRequestContext) async -> Response {
        do {
            try MediaTypes.requireAcceptable(request)
            let principal = try context.requirePrincipal()
            if ![.get, .head].contains(request.method) { try context.requireCSRF(request.headers[.csrfToken]) }
            for need in route.needs { try service.allow(principal, need.action, on: need.resource) }
            let call = RESTCall(
                route: route,
                request: request,
                context: context,
                principal: principal,
                service: service
            )
            return try await service.border.taking(Self.documentSize(route, request), of: .team(principal.team)) {
                try await call.answer()
            }
        } catch {
            return failure(error, route, context)
        }
    }

    /// How much of the request will be held in memory; a file goes on piece by piece.
    private static func documentSize(_ route: RESTRoute, _ request: Request) -> Int {
        if route.isStreamed { return 0 }
        return min(route.bodyLimit, request.headers[.contentLength].flatMap { Int($0) } ?? 0)
    }

    private func failure(_ error: any Error, _ route: RESTRoute, _ context: DashRequestContext) -> Response {
        let failure = RESTError(error)
        // Nobody is there to read the answer to a cancelled one.
        if failure.status.code >= 500, !(error is CancellationError) {
            // Too much at once is no fault of the server's, nor of its code.
            let isRefusal = (error as? DashError)?.code == .unavailable
            context.logger.log(
                level: isRefusal ? .warning : .error,
                "A REST request failed",
                metadata: ["error": "\(String(reflecting: error))", "route": "\(route.path)"]
            )
        }
        return failure.response(requestID: context.requestID)
    }
}

extension HTTPField.Name {
    /// The session's CSRF token, on writes that a page's script makes with its cookie.
    static let csrfToken = HTTPField.Name("X-CSRF-Token") ?? .origin
}

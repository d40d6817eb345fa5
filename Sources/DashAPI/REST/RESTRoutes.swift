import DashModel
import HTTPTypes
public import Hummingbird

/// The REST API on a router: each route of `RESTRoute.all`, and clear refusals for everything else below `/api/v1`.
public struct RESTRoutes: Sendable {
    private let responder: RESTResponder

    public init(service: ResourceService) { responder = RESTResponder(service: service) }

    /// Adds the routes. The router must run `Authentication` before them.
    public func add(to router: some RouterMethods<DashRequestContext>) {
        let byPath = Dictionary(grouping: RESTRoute.all, by: \.path)
        for (path, routes) in byPath.sorted(by: { $0.key < $1.key }) {
            for route in routes { add(route, to: router) }
            refuseOtherMethods(at: path, than: routes.map(\.method), on: router)
        }
        for method in Self.methods {
            router.on(RouterPath(stringLiteral: ResourceDocument.root + "**"), method: method) { _, context in
                RESTError(.notFound, "not_found", "There is nothing at this address.").response(
                    requestID: context.requestID
                )
            }
        }
    }

    private static let methods: [HTTPRequest.Method] = [.get, .post, .patch, .put, .delete]

    private func add(_ route: RESTRoute, to router: some RouterMethods<DashRequestContext>) {
        let responder = responder
        router.on(Self.pattern(route.path), method: route.method) { request, context in
            await responder.respond(to: route, request, context)
        }
    }

    private func refuseOtherMethods(
        at path: String,
        than known: [HTTPRequest.Method],
        on router: some RouterMethods<DashRequestContext>
    ) {
        let allow = known.map(\.rawValue).sorted().joined(separator: ", ")
        for method in Self.methods where !known.contains(method) {
            router.on(Self.pattern(path), method: method) { _, context in
                var error = RESTError(.methodNotAllowed, "method_not_allowed", "This address takes \(allow).")
                error.allow = allow
                return error.response(requestID: context.requestID)
            }
        }
    }

    private static func pattern(_ path: String) -> RouterPath { RouterPath(stringLiteral: path) }
}

import DashModel
import HTTPTypes
import Hummingbird

/// The REST API on a router: each route of `RESTRoute.all`, and clear refusals for everything else below `/api/v1`.
public struct RESTRoutes: Sendable {
    private let responder: RESTResponder

    public init(service: ResourceService) { responder = RESTResponder(service: service) }

    /// Adds the routes. The router must run `Authentication` before them.
    public func add(to router: AddressRouter) {
        for route in RESTRoute.all { add(route, to: router) }
        for method in AddressRouter.methods where method != .head {
            router.on(RouterPath(stringLiteral: ResourceDocument.root + "**"), method: method) { _, context in
                RESTError(.notFound, "not_found", "There is nothing at this address.").response(
                    requestID: context.requestID
                )
            }
        }
    }

    private func add(_ route: RESTRoute, to router: AddressRouter) {
        let responder = responder
        router.on(RouterPath(stringLiteral: route.path), method: route.method) { request, context in
            await responder.respond(to: route, request, context)
        }
    }
}

import DashModel
public import HTTPTypes
public import Hummingbird

/// A router whose addresses know every method: HEAD answers as GET does, OPTIONS says what an address takes, and what it does
/// not take is refused with 405 instead of 404.
public final class AddressRouter: RouterMethods {
    public typealias Context = DashRequestContext

    /// Those that are answered at each address.
    public static let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options, .trace]

    private let router = Router(context: DashRequestContext.self)
    private var taken: [String: [HTTPRequest.Method]] = [:]

    public init() {}

    @discardableResult
    public func on<Responder: HTTPResponder>(
        _ path: RouterPath,
        method: HTTPRequest.Method,
        responder: Responder
    ) -> Self where Responder.Context == DashRequestContext {
        taken[path.description, default: []].append(method)
        router.on(path, method: method, responder: responder)
        if method == .get { on(path, method: .head, responder: HeadResponder(base: responder)) }
        return self
    }

    @discardableResult
    public func add(middleware: any MiddlewareProtocol<Request, Response, DashRequestContext>) -> Self {
        router.add(middleware: middleware)
        return self
    }

    /// The router with an answer to each other method of the addresses added so far. They pass the middleware added so far.
    public func completed() -> Router<DashRequestContext> {
        for (path, methods) in taken {
            let allow = Set(methods + [.options]).map(\.rawValue).sorted().joined(separator: ", ")
            for method in Self.methods where !methods.contains(method) {
                router.on(RouterPath(stringLiteral: path), method: method) { request, context in
                    if method == .options { return Response(status: .noContent, headers: [.allow: allow]) }
                    return try Self.refusal(request, context, allow: allow)
                }
            }
        }
        taken = [:]
        return router
    }

    private static func refusal(_ request: Request, _ context: DashRequestContext, allow: String) throws -> Response {
        let detail = "This address takes \(allow)."
        guard request.uri.path.hasPrefix(ResourceDocument.root) else {
            throw ProblemDetails(
                status: .methodNotAllowed,
                code: "method_not_allowed",
                title: "Method not allowed",
                detail: detail,
                allow: allow
            )
        }
        var error = RESTError(.methodNotAllowed, "method_not_allowed", detail)
        error.allow = allow
        return error.response(requestID: context.requestID)
    }
}

public import Hummingbird

/// Answers HEAD with the head of what GET would be answered.
struct HeadResponder<Base: HTTPResponder>: HTTPResponder where Base.Context == DashRequestContext {
    let base: Base

    func respond(to request: Request, context: DashRequestContext) async throws -> Response {
        try await base.respond(to: request, context: context).headOnly
    }
}

/// Takes the body off what is answered to HEAD on any way, errors too.
public struct HeadAnswers: RouterMiddleware {
    public init() {}

    public func handle(
        _ request: Request,
        context: DashRequestContext,
        next: @concurrent (Request, DashRequestContext) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        return request.method == .head ? response.headOnly : response
    }
}

extension Response {
    /// The same without its body, but with the body's length, where that is known.
    var headOnly: Response {
        guard headers[.contentLength] == nil else { return Response(status: status, headers: headers) }
        // The encoder would end what has no length with a last chunk, which no answer to HEAD may have: the connection ends
        // instead.
        var headers = headers
        headers[.connection] = "close"
        return Response(status: status, headers: headers, body: ResponseBody { _ in throw HeadWithoutLength() })
    }
}

/// Ends the connection behind the head of an answer whose length nobody knows.
struct HeadWithoutLength: Error {}

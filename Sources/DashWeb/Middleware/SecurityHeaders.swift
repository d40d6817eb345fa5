import DashAPI
import HTTPTypes
import Hummingbird

/// What every answer to a browser carries: nothing from elsewhere runs, nothing frames us, nothing is guessed.
struct SecurityHeaders: RouterMiddleware {
    let isSecure: Bool

    static let policy =
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        + "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

    func handle(
        _ request: Request,
        context: DashRequestContext,
        next: @concurrent (Request, DashRequestContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        // Not a document: none of it would apply, and an open stream would hold it in memory for as long as it lasts.
        if response.headers[.contentType]?.hasPrefix("text/event-stream") == true { return response }
        if response.headers[.contentSecurityPolicy] == nil { response.headers[.contentSecurityPolicy] = Self.policy }
        response.headers[.xContentTypeOptions] = "nosniff"
        // Public links hold their token in the address: it goes nowhere.
        if response.headers[.referrerPolicy] == nil { response.headers[.referrerPolicy] = "same-origin" }
        response.headers[.permissionsPolicy] = "camera=(), microphone=(), geolocation=(), payment=()"
        response.headers[.crossOriginOpenerPolicy] = "same-origin"
        if isSecure { response.headers[.strictTransportSecurity] = "max-age=31536000" }
        return response
    }
}

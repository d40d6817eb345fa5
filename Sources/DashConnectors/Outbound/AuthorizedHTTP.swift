import DashJSON
import DashModel
import NIOHTTP1

/// Sends requests with the credentials of a config's `auth` group, OAuth 2 tokens among them.
struct AuthorizedHTTP: Sendable {
    let transport: any HTTPTransport
    let tokens: OAuthTokens

    init(_ transport: any HTTPTransport, clock: any WallClock) {
        self.transport = transport
        tokens = OAuthTokens(transport: transport, clock: clock)
    }

    /// Asks once more with a new token when the first is refused: it may have been revoked before its time.
    func send(_ request: OutboundRequest, auth: JSONValue?) async throws -> OutboundResponse {
        guard let auth, auth["kind"]?.stringValue == "oauth2" else {
            var request = request
            HTTPAuthorization.apply(auth, to: &request)
            return try await transport.send(request)
        }
        let token = try await tokens.token(for: auth, origin: request.origin)
        let response = try await transport.send(Self.bearing(token, request))
        guard response.status.code == 401 else { return response }
        tokens.drop(token, for: auth)
        return try await transport.send(
            Self.bearing(try await tokens.token(for: auth, origin: request.origin), request)
        )
    }

    private static func bearing(_ token: String, _ request: OutboundRequest) -> OutboundRequest {
        var request = request
        request.headers.replaceOrAdd(name: "authorization", value: "Bearer " + token)
        return request
    }
}

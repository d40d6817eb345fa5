import DashModel
import HTTPTypes
public import Hummingbird

/// Finds out who asks, by bearer token or session cookie. It refuses nobody: the routes say what they need.
public struct Authentication: RouterMiddleware {
    private let accounts: Accounts
    private let tokens: TokenAuthenticator

    public init(accounts: Accounts, tokens: TokenAuthenticator) {
        self.accounts = accounts
        self.tokens = tokens
    }

    public func handle(
        _ request: Request,
        context: DashRequestContext,
        next: @concurrent (Request, DashRequestContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.remoteAddress = Self.client(of: request, peer: context.remoteAddress)
        // A request that brings a token is a program's: its cookie, if any, does not count.
        if let bearer = request.bearerToken {
            context.principal = try await tokens.authenticate(bearer)
            context.hasInvalidToken = context.principal == nil
        } else if let cookie = request.cookies[SessionCookie.name]?.value {
            context.session = try await accounts.session(token: cookie)
            context.principal = context.session?.principal
        }
        return try await next(request, context)
    }

    /// Behind a proxy on this machine the peer is the proxy, and the last address that it added is the client's.
    /// From anywhere else the header could say anything.
    static func client(of request: Request, peer: String?) -> String? {
        guard let peer, peer == "127.0.0.1" || peer == "::1" || peer == "::ffff:127.0.0.1",
            let name = HTTPField.Name("X-Forwarded-For"),
            let last = request.headers[name]?.split(separator: ",").last
        else { return peer }
        let address = last.filter { !$0.isWhitespace }
        return address.isEmpty || address.utf8.count > 45 ? peer : String(address)
    }
}

extension Request {
    /// The token of `Authorization: Bearer …`; the scheme's case does not matter.
    public var bearerToken: String? {
        guard let header = headers[.authorization] else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        let token = parts[1].drop { $0 == " " }
        return token.isEmpty ? nil : String(token)
    }
}

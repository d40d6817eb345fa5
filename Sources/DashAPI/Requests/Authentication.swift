import DashModel
public import DashPipeline
import HTTPTypes
public import Hummingbird

/// Finds out who asks, by bearer token or session cookie. It refuses nobody: the routes say what they need.
public struct Authentication: RouterMiddleware {
    private let accounts: Accounts
    private let tokens: TokenAuthenticator
    private let proxies: TrustedProxies
    private let confirmsAfter: Duration

    /// `confirmsAfter` is how long a request may take to arrive before it is asked again who sent it.
    public init(
        accounts: Accounts,
        tokens: TokenAuthenticator,
        proxies: TrustedProxies = TrustedProxies(),
        confirmsAfter: Duration = .seconds(1)
    ) {
        self.accounts = accounts
        self.tokens = tokens
        self.proxies = proxies
        self.confirmsAfter = confirmsAfter
    }

    public func handle(
        _ request: Request,
        context: DashRequestContext,
        next: @concurrent (Request, DashRequestContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.caller = try await caller(of: request, from: proxies.client(of: request, peer: context.remoteAddress))
        return try await next(request, context)
    }

    private func caller(of request: Request, from address: String?) async throws -> Caller {
        // A request that brings a token is a program's: its cookie, if any, does not count.
        if let bearer = request.bearerToken {
            let principal = try await tokens.authenticate(bearer)
            return Caller(
                address: address,
                principal: principal,
                hasInvalidToken: principal == nil,
                confirmsAfter: confirmsAfter
            ) { [tokens] in try await tokens.authenticate(bearer) }
        }
        guard let cookie = request.cookies[SessionCookie.name]?.value else {
            return Caller(address: address, confirmsAfter: confirmsAfter)
        }
        let session = try await accounts.session(token: cookie, from: address)
        return Caller(address: address, principal: session?.principal, session: session, confirmsAfter: confirmsAfter) {
            [accounts] in try await accounts.session(token: cookie)?.principal
        }
    }
}

extension TrustedProxies {
    /// From where the request comes: the peer, or for whom a trusted one says that it asks.
    public func client(of request: Request, peer: String?) -> String? {
        client(peer: peer, forwarded: request.headers[.forwarded], forwardedFor: request.headers[.forwardedFor])
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

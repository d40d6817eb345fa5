public import DashModel
public import Hummingbird
import Logging
public import NIOCore

/// What a request knows of itself on its way through the router: who asks, in which session, from where.
public struct DashRequestContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// What `Authentication` found out; nil where it does not stand in the way.
    var caller: Caller?
    private let start = ContinuousClock.now
    /// The connection, so that a long answer can see it close.
    public let channel: any Channel

    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// Where the request comes from, without a port.
    public var remoteAddress: String? { caller?.address ?? channel.remoteAddress?.ipAddress }

    /// Who asks; nil: nobody who is known.
    public var principal: Principal? { caller?.principal }
    /// The signed-in browser, when the request came with its cookie.
    public var session: Session? { caller?.session }

    /// The token that a form or a same-origin script must send back.
    public var csrfToken: String? { session?.csrfToken }
    public var requestID: String { logger[metadataKey: "hb.request.id"]?.description ?? "" }

    /// Who asks, or `.unauthenticated`.
    public func requirePrincipal() throws -> Principal {
        if let principal { return principal }
        let reason =
            caller?.hasInvalidToken == true
            ? "The token is unknown, expired or deleted." : "Sign in, or send a bearer token."
        throw DashError(.unauthenticated, reason)
    }

    /// Asks again who asks, when what they sent took long to arrive: their right may have ended meanwhile.
    public func confirm() async throws {
        guard let caller, let identify = caller.identify, start.duration(to: .now) > caller.confirmsAfter else {
            return
        }
        guard let principal = caller.principal, try await identify() == principal else {
            throw DashError(.unauthenticated, "The right to this ended while the request arrived.")
        }
    }

    /// The session, or `.unauthenticated`.
    public func requireSession() throws -> Session {
        guard let session else { throw DashError(.unauthenticated, "Sign in first.") }
        return session
    }

    /// Refuses a write by cookie that does not bring the session's CSRF token. Requests by bearer token need none.
    public func requireCSRF(_ presented: String?) throws {
        guard let session else { return }
        guard let presented, ConstantTime.equal(presented, session.csrfToken) else {
            throw DashError(.forbidden, "The form's security token is missing or old. Reload the page and try again.")
        }
    }
}

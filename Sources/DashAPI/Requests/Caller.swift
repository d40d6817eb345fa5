import DashModel

/// Who sent a request, as `Authentication` found out once. One object, as the context around it is copied at every step of
/// the router.
final class Caller: Sendable {
    /// The client's address, without its port.
    let address: String?
    /// Nil: nobody who is known.
    let principal: Principal?
    /// The signed-in browser, when the request came with its cookie.
    let session: Session?
    /// A bearer token was sent and is not (or no longer) a good one.
    let hasInvalidToken: Bool
    /// Finds out anew who asks.
    let identify: (@Sendable () async throws -> Principal?)?
    /// How long what they send may take to arrive before it is asked again.
    let confirmsAfter: Duration

    init(
        address: String?,
        principal: Principal? = nil,
        session: Session? = nil,
        hasInvalidToken: Bool = false,
        confirmsAfter: Duration,
        identify: (@Sendable () async throws -> Principal?)? = nil
    ) {
        self.address = address
        self.principal = principal
        self.session = session
        self.hasInvalidToken = hasInvalidToken
        self.confirmsAfter = confirmsAfter
        self.identify = identify
    }
}

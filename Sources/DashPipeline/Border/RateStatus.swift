/// What a limit says to one request, and what it tells of itself in headers.
public struct RateStatus: Sendable, Hashable {
    public var limit: RateLimit
    public var isAllowed: Bool
    public var remaining: Int
    /// Until the quota is whole again.
    public var reset: Duration
    /// When it is worth asking again.
    public var retryAfter: Duration
}

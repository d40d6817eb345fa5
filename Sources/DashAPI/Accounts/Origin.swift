/// Where a sign-in comes from: for the rate limit, the session's row and the audit trail.
public struct Origin: Sendable, Hashable {
    public var remoteAddress: String?
    public var userAgent: String?

    public init(remoteAddress: String? = nil, userAgent: String? = nil) {
        self.remoteAddress = remoteAddress
        self.userAgent = userAgent
    }
}

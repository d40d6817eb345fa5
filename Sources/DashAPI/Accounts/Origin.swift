/// Where a sign-in comes from: for the limits, the session's row and the audit trail.
public struct Origin: Sendable, Hashable {
    public var remoteAddress: String?
    public var userAgent: String?
    /// The cookie that says who has signed in with the browser before.
    public var browsers: String?

    public init(remoteAddress: String? = nil, userAgent: String? = nil, browsers: String? = nil) {
        self.remoteAddress = remoteAddress
        self.userAgent = userAgent
        self.browsers = browsers
    }
}

public import DashPipeline
public import NIOHTTP1

/// A request that a source or sink makes.
public struct OutboundRequest: Sendable {
    public var method: HTTPMethod
    public var url: String
    public var headers: HTTPHeaders
    public var body: [UInt8]
    public var timeoutSeconds: Int
    public var maxResponseBytes: Int
    /// How often a redirect is followed; each target is checked anew.
    public var maxRedirects: Int
    /// For whom, as the egress log tells it.
    public var origin: EgressOrigin?
    /// What its headers, address and body hold of secrets, where their names do not say so.
    var credentials: [String] = []

    public init(
        method: HTTPMethod = .GET,
        url: String,
        headers: HTTPHeaders = [:],
        body: [UInt8] = [],
        timeoutSeconds: Int = 10,
        maxResponseBytes: Int = 10 << 20,
        maxRedirects: Int = 0,
        origin: EgressOrigin? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeoutSeconds = timeoutSeconds
        self.maxResponseBytes = maxResponseBytes
        self.maxRedirects = maxRedirects
        self.origin = origin
    }
}

/// The rate limits of the ways in, made once.
public struct BorderRates: Sendable, Hashable {
    /// Of a team: posts, requests, data queries.
    public let posts: RateLimit
    public let requests: RateLimit
    public let queries: RateLimit
    /// Of an address: requests that nobody has signed, streams that are opened.
    public let visits: RateLimit
    public let streams: RateLimit

    init(_ limits: BorderLimits) {
        posts = RateLimit(name: "posts", quota: limits.posts)
        requests = RateLimit(name: "requests", quota: limits.requests)
        queries = RateLimit(name: "queries", quota: limits.queries)
        visits = RateLimit(name: "visits", quota: limits.visits)
        streams = RateLimit(name: "streams", quota: limits.streamStarts)
    }
}

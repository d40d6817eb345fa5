/// So many within a time; as many at once, then evenly.
public struct RateLimit: Sendable, Hashable {
    /// As the `RateLimit` headers and messages call it.
    public var name: String
    public var quota: Int
    public var window: Duration

    public init(name: String, quota: Int, window: Duration = .seconds(60)) {
        self.name = name
        self.quota = max(1, quota)
        self.window = window
    }
}

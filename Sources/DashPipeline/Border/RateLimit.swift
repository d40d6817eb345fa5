import DashModel

/// So many within a time; as many at once, then evenly.
public struct RateLimit: Sendable, Hashable {
    /// As the `RateLimit` headers and messages call it.
    public let name: String
    public let quota: Int
    public let window: Duration
    /// The limit as the header `RateLimit-Policy` says it.
    public let policy: String
    /// The window, as it is reckoned with at every request.
    let microseconds: Double

    public init(name: String, quota: Int, window: Duration = .seconds(60)) {
        self.name = name
        self.quota = max(1, quota)
        self.window = window
        policy = "\"\(name)\";q=\(self.quota);w=\(window.components.seconds)"
        microseconds = Double(max(1, window.microseconds))
    }

    // What else it says follows from these.
    public static func == (a: RateLimit, b: RateLimit) -> Bool {
        a.name == b.name && a.quota == b.quota && a.window == b.window
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(quota)
    }
}

/// How long, and how many, keys are remembered to tell a repeated one.
public struct KeyLimits: Sendable, Hashable {
    /// Since the key's first record.
    public var windowSeconds: Int
    /// When there are more within the window, the oldest are forgotten.
    public var maxKeys: Int

    public init(windowSeconds: Int = 3_600, maxKeys: Int = 100_000) {
        self.windowSeconds = windowSeconds
        self.maxKeys = maxKeys
    }

    static let longestWindow = 604_800
    /// About 64 MB.
    static let mostKeys = 1_000_000
}

/// How dear one password guess is. The default is OWASP's first choice: 128 MB and a few tenths of a second.
public struct ScryptCost: Sendable, Hashable {
    /// log2 of N.
    public var logRounds: Int
    public var blockSize: Int
    public var parallelism: Int

    public init(logRounds: Int = 17, blockSize: Int = 8, parallelism: Int = 1) {
        self.logRounds = logRounds
        self.blockSize = blockSize
        self.parallelism = parallelism
    }

    /// What a stored hash may ask for; anything beyond is not a hash that Dash made.
    var isSane: Bool {
        (1...20).contains(logRounds) && (1...32).contains(blockSize) && (1...16).contains(parallelism)
    }
}

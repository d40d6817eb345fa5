/// How much may wait for the saving transaction, and how much goes into one.
struct InboxLimits: Sendable {
    var groupRows = 10_000
    var groupBytes = 4 << 20
    var queueRows = 200_000
    var queueBytes = 64 << 20

    /// The same in all, for each of several committers.
    func shared(by count: Int) -> InboxLimits {
        var limits = self
        limits.queueRows /= count
        limits.queueBytes /= count
        return limits
    }
}

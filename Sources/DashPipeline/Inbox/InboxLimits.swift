/// How much may wait for the saving transactions, and how much goes into one.
struct InboxLimits: Sendable {
    var groupRows = 10_000
    var groupBytes = 4 << 20
    var queueRows = 200_000
    var queueBytes = 64 << 20
    /// From so many rows on another transaction starts beside one that runs; below, they do better as a part of the next.
    var parallelRows = 1
    /// A transaction that lasts longer stands still. What it holds up is refused then rather than left waiting, and what
    /// it doesn't concern goes on beside it.
    var patience = Duration.seconds(3)
}

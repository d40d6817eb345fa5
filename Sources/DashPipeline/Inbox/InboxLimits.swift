/// How much may wait for the saving transactions, and how much goes into one.
struct InboxLimits: Sendable {
    var groupRows = 10_000
    var groupBytes = 4 << 20
    var queueRows = 200_000
    var queueBytes = 64 << 20
    /// What goes into a transaction of an inbox that teams share: nobody's large post makes the others wait for more than
    /// itself.
    var sharedRows = 1_000
    var sharedBytes = 512 << 10
    /// How much of the queue one team may fill while others wait.
    var teamShare = 0.5
    /// A team with no more than this waiting finds room in a full queue, which grows by `reserve` for it.
    var smallShare = 0.05
    var reserve = 0.25
    /// From so many rows on another transaction starts beside one that runs; below, they do better as a part of the next.
    var parallelRows = 1
    /// A transaction of at least `busyParts` that lasts for longer than `slow` waits for its disk or network: the next one
    /// gathers what follows, for half as long as that one waited, `gather` at most. `rowTime` is what a row takes without
    /// waiting, as a generous guess.
    var busyParts = 8
    var slow = Duration.milliseconds(4)
    var rowTime = Duration.microseconds(10)
    var gather = Duration.milliseconds(10)
    /// A transaction that lasts longer stands still. What it holds up is refused then rather than left waiting, and what
    /// it doesn't concern goes on beside it.
    var patience = Duration.seconds(3)
}

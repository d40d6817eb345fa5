/// A breath after a slow transaction of a busy inbox. The senders whom it answered are about to send again; where a commit
/// waits for its disk, one transaction of all of them passes more than two halves that take turns.
struct Gathering {
    typealias Instant = ContinuousClock.Instant

    /// The next transaction starts no later; nil when it starts with the first part.
    private(set) var end: Instant?
    private var expected = 0

    /// After a transaction of `answered` parts with so many rows that `lasted` so long, with so many `waiting`.
    mutating func begin(
        answered: Int,
        rows: Int,
        waiting: Int,
        lasted: Duration,
        now: Instant,
        limits: InboxLimits
    ) {
        // What the rows themselves took is work, and no time in which more of it could be done.
        let waited = lasted - limits.rowTime * rows
        guard answered >= limits.busyParts, waited >= limits.slow else { return }
        let isOpen = end.map { now < $0 } ?? false
        expected = isOpen ? expected + answered : waiting + answered
        end = now + min(waited / 2, limits.gather)
    }

    /// The next transaction starts.
    mutating func finish() { end = nil }

    /// Whether with so many parts the transaction should wait for more.
    func holds(_ waiting: Int, now: Instant) -> Bool {
        guard let end else { return false }
        return waiting < expected && now < end
    }
}

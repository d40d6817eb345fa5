/// A breath after a slow transaction of a busy inbox. The senders whom it answered are about to send again; where a commit
/// waits for its disk, two transactions of half of them each pass more than a small one and all the others in turn.
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
        expected = isOpen(now) ? expected + answered : waiting + answered
        end = now + min(waited / 2, limits.gather)
    }

    /// A transaction of so many parts starts; the others are still to come.
    mutating func take(_ count: Int) {
        expected -= count
        if expected <= 0 { end = nil }
    }

    /// Whether with so many parts the transaction should wait for more. While nothing is on its way one half is enough: the
    /// other follows while the first waits.
    func holds(_ waiting: Int, besideOthers isBusy: Bool, now: Instant) -> Bool {
        isOpen(now) && waiting < (isBusy ? expected : (expected + 1) / 2)
    }

    func isOpen(_ now: Instant) -> Bool { end.map { now < $0 } ?? false }
}

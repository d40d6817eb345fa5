import NIOCore

/// Judges a transfer by how long it keeps us waiting: it may stand still for some time, and each byte buys a little of that
/// back. So a slow line passes, and one that drips does not.
struct TransferPace {
    private let grace: TimeAmount
    /// Bytes that buy a second; nil: any byte buys all of it back.
    private let rate: Int?
    private var left: TimeAmount
    private var waitsSince: NIODeadline?

    init(grace: TimeAmount, rate: Int?) {
        self.grace = grace
        self.rate = rate
        left = grace
    }

    /// When it has kept us waiting for too long; nil while nobody waits for it.
    var deadline: NIODeadline? { waitsSince.map { $0 + left } }
    var isWaiting: Bool { waitsSince != nil }

    mutating func wait(_ now: NIODeadline) {
        if waitsSince == nil { waitsSince = now }
    }

    mutating func rest(_ now: NIODeadline) {
        spend(now)
        waitsSince = nil
    }

    mutating func move(_ bytes: Int, _ now: NIODeadline) {
        spend(now)
        guard bytes > 0 else { return }
        guard let rate else { return left = grace }
        let bought = Int64(min(bytes, 1 << 30)) * 1_000_000_000 / Int64(max(1, rate))
        left = min(grace, left + .nanoseconds(bought))
    }

    private mutating func spend(_ now: NIODeadline) {
        guard let since = waitsSince else { return }
        left = max(.zero, left - (now - since))
        waitsSince = now
    }
}

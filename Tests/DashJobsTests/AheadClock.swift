import DashModel

/// The machine's clock, ahead of its time.
struct AheadClock: WallClock {
    let ahead: Duration

    var now: Timestamp { SystemClock().now + ahead }
}

import DashModel

/// Measures one step after the other.
struct StepTimer {
    private var last = ContinuousClock.now

    /// Microseconds since the last lap, at least 1.
    mutating func lap() -> Int64 {
        let now = ContinuousClock.now
        defer { last = now }
        return max(1, (now - last).microseconds)
    }
}

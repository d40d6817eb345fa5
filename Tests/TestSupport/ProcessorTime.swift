import Glibc

/// What work costs, whatever else the machine does meanwhile.
public enum ProcessorTime {
    /// The time for which this thread runs the work; the least of some runs, as the first ones warm up.
    public static func of(runs: Int = 1, _ work: () throws -> Void) rethrows -> Duration {
        var least = Duration.seconds(Int64.max / 2)
        for _ in 0..<max(1, runs) {
            let start = now()
            try work()
            least = min(least, now() - start)
        }
        return least
    }

    private static func now() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}

public import DashModel
public import DashStorage
public import Logging
public import ServiceLifecycle

/// Deletes final jobs, due times and deliveries that nobody needs any more; one node's duty.
public struct HistoryPruning: Service {
    public struct Timing: Sendable {
        public var interval: Duration
        public var keepJobs: Duration
        public var keepDueTimes: Duration
        public var keepDeliveries: Duration

        public init(
            interval: Duration = .seconds(600),
            keepJobs: Duration = .seconds(86_400),
            keepDueTimes: Duration = .seconds(7 * 86_400),
            keepDeliveries: Duration = .seconds(3 * 86_400)
        ) {
            self.interval = interval
            self.keepJobs = keepJobs
            self.keepDueTimes = keepDueTimes
            self.keepDeliveries = keepDeliveries
        }
    }

    private static let limit = 1_000

    private let store: Store
    private let timing: Timing
    private let clock: any WallClock
    private let logger: Logger

    public init(
        store: Store,
        timing: Timing = Timing(),
        clock: any WallClock = SystemClock(),
        logger: Logger
    ) {
        self.store = store
        self.timing = timing
        self.clock = clock
        self.logger = logger
    }

    public func run() async throws {
        await Upkeep(interval: timing.interval, failure: "pruning failed", logger: logger).run { try await prune() }
    }

    /// Deletes what is old enough, a bounded number at a time.
    public func prune() async throws {
        let now = clock.now
        while try await store.jobs.prune(before: now - timing.keepJobs, limit: Self.limit) > 0 {
            try Task.checkCancellation()
        }
        while try await store.dueTimes.prune(before: now - timing.keepDueTimes, limit: Self.limit) > 0 {
            try Task.checkCancellation()
        }
        while try await store.deliveries.prune(before: now - timing.keepDeliveries, limit: Self.limit) > 0 {
            try Task.checkCancellation()
        }
    }
}

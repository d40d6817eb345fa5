public import DashModel
public import DashStorage
public import Logging
public import ServiceLifecycle

/// Keeps the queue's tables right: hands on jobs of dead nodes, deletes what nobody needs any more.
public struct JobMaintenance: Service {
    public struct Timing: Sendable {
        public var rescue: Duration
        public var prune: Duration
        public var keepJobs: Duration
        public var keepDueTimes: Duration
        public var keepDeliveries: Duration

        public init(
            rescue: Duration = .seconds(5),
            prune: Duration = .seconds(600),
            keepJobs: Duration = .seconds(86_400),
            keepDueTimes: Duration = .seconds(7 * 86_400),
            keepDeliveries: Duration = .seconds(3 * 86_400)
        ) {
            self.rescue = rescue
            self.prune = prune
            self.keepJobs = keepJobs
            self.keepDueTimes = keepDueTimes
            self.keepDeliveries = keepDeliveries
        }
    }

    private static let pruneLimit = 1_000

    private let store: any JobStore & DueTimeStore & DeliveryStore
    private let signals: JobSignals
    private let timing: Timing
    private let clock: any WallClock
    private let logger: Logger

    public init(
        store: any JobStore & DueTimeStore & DeliveryStore,
        signals: JobSignals,
        timing: Timing = Timing(),
        clock: any WallClock = SystemClock(),
        logger: Logger
    ) {
        self.store = store
        self.signals = signals
        self.timing = timing
        self.clock = clock
        self.logger = logger
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            var nextPrune = ContinuousClock.now
            while !Task.isCancelled {
                await attempt("rescuing jobs") { try await rescue() }
                if ContinuousClock.now >= nextPrune {
                    nextPrune = .now + timing.prune
                    await attempt("pruning") { try await prune() }
                }
                do { try await Task.sleep(for: timing.rescue) } catch { return }
            }
        }
    }

    /// Hands jobs with a lease that ran out to the runners.
    public func rescue() async throws {
        let count = try await store.rescue(now: clock.now)
        guard count > 0 else { return }
        logger.info("jobs of a stopped worker run again", metadata: ["count": "\(count)"])
        signals.wakeAll()
    }

    /// Deletes old final jobs, due times and deliveries, a bounded number at a time.
    public func prune() async throws {
        let now = clock.now
        while try await store.pruneJobs(before: now - timing.keepJobs, limit: Self.pruneLimit) > 0 {
            try Task.checkCancellation()
        }
        while try await store.pruneDueTimes(before: now - timing.keepDueTimes, limit: Self.pruneLimit) > 0 {
            try Task.checkCancellation()
        }
        while try await store.pruneDeliveries(before: now - timing.keepDeliveries, limit: Self.pruneLimit) > 0 {
            try Task.checkCancellation()
        }
    }

    private func attempt(_ what: String, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch is CancellationError {
        } catch {
            logger.warning("\(what) failed", metadata: ["error": "\(error)"])
        }
    }
}

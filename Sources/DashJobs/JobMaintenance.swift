public import DashModel
public import DashStorage
public import Logging
public import ServiceLifecycle

/// Hands on the jobs of dead nodes. Every node does it, so that it works whoever is left.
public struct JobMaintenance: Service {
    private let store: any JobStore
    private let signals: JobSignals
    private let interval: Duration
    private let clock: any WallClock
    private let logger: Logger

    public init(
        store: any JobStore,
        signals: JobSignals,
        interval: Duration = .seconds(5),
        clock: any WallClock = SystemClock(),
        logger: Logger
    ) {
        self.store = store
        self.signals = signals
        self.interval = interval
        self.clock = clock
        self.logger = logger
    }

    public func run() async throws {
        await Upkeep(interval: interval, failure: "rescuing jobs failed", logger: logger).run { try await rescue() }
    }

    /// Hands jobs with a lease that ran out to the runners.
    public func rescue() async throws {
        let count = try await store.rescue(now: clock.now)
        guard count > 0 else { return }
        logger.info("jobs of a stopped worker run again", metadata: ["count": "\(count)"])
        signals.wakeAll()
    }
}

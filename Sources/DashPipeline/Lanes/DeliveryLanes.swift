import DashExchange
import DashModel
import DashStorage
import FoundationEssentials
import Logging
import ServiceLifecycle
import Synchronization

/// Runs the durable lanes: one worker for each sink or downstream pipeline that has something due, woken by commits,
/// with a look at the store now and then. A slow lane holds up none but itself.
final class DeliveryLanes: Service {
    private static let leaseDuration = Duration.seconds(30)

    private let worker: LaneWorker
    private let store: any DeliveryStore
    private let signals: LaneSignals
    private let lease: any Lease
    private let policy: DeliveryPolicy
    private let clock: any WallClock
    private let logger: Logger
    private let node = UUID().text
    private let table = Mutex(LaneTable())
    private let isDraining = Mutex(false)

    init(worker: LaneWorker, signals: LaneSignals, lease: any Lease, logger: Logger) {
        self.worker = worker
        store = worker.store.deliveries
        self.signals = signals
        self.lease = lease
        policy = worker.policy
        clock = worker.clock
        self.logger = logger
    }

    func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                var nextLook = ContinuousClock.now
                while !Task.isCancelled, !self.isStopping {
                    let now = self.clock.now
                    var lanes = self.signals.take()
                    lanes = self.table.withLock { table in lanes.filter { !table.holdsBack($0, now: now) } }
                    if ContinuousClock.now >= nextLook {
                        nextLook = .now + self.policy.poll
                        lanes.formUnion(await self.dueLanes())
                    }
                    for lane in lanes where self.table.withLock({ $0.start(lane) }) {
                        group.addTask { await self.work(lane) }
                    }
                    await self.signals.wait(for: nextLook - .now)
                }
                await self.finish()
                group.cancelAll()
            }
        } onGracefulShutdown: {
            self.isDraining.withLock { $0 = true }
            self.signals.wake()
        }
    }

    private var isStopping: Bool { isDraining.withLock { $0 } }

    private func dueLanes() async -> [BatchCommit.Lane] {
        do {
            try await worker.runner.limits.refresh()
            return try await store.dueLanes(now: clock.now)
        } catch is CancellationError {
            return []
        } catch {
            logger.warning("looking for due deliveries failed", metadata: ["error": "\(String(reflecting: error))"])
            return []
        }
    }

    private func work(_ lane: BatchCommit.Lane) async {
        repeat {
            do {
                try await holdingLease(of: lane) { mayGoOn in
                    let progress = try await self.worker.run(lane, mayGoOn: mayGoOn)
                    self.table.withLock { $0.note(progress, of: lane) }
                }
            } catch is CancellationError {
            } catch {
                logger.warning(
                    "a delivery lane failed",
                    metadata: ["lane": "\(lane)", "error": "\(String(reflecting: error))"]
                )
            }
        } while table.withLock({ $0.finish(lane, now: clock.now) }) && !Task.isCancelled && !isStopping
        signals.wake()
    }

    /// Only one node sends a lane's deliveries; another looks again when its turn to look comes.
    private func holdingLease(of lane: BatchCommit.Lane, _ body: (() async throws -> Bool) async throws -> Void)
        async throws
    {
        let name = "lane:\(lane)"
        guard try await lease.acquire(name, holder: node, for: Self.leaseDuration) != nil else { return }
        var renewedAt = ContinuousClock.now
        do {
            try await body {
                guard !self.isStopping, !Task.isCancelled else { return false }
                guard ContinuousClock.now - renewedAt > Self.leaseDuration / 3 else { return true }
                renewedAt = .now
                return try await self.lease.renew(name, holder: self.node, for: Self.leaseDuration)
            }
        } catch {
            try await lease.release(name, holder: node)
            throw error
        }
        try await lease.release(name, holder: node)
    }

    /// Lets sends that are under way end for a moment; what is cancelled then stays pending.
    private func finish() async {
        let deadline = ContinuousClock.now + policy.grace
        while !table.withLock(\.isEmpty), ContinuousClock.now < deadline, !Task.isCancelled {
            await signals.wait(for: min(.milliseconds(200), deadline - .now))
        }
        await worker.targets.closeAll()
    }
}

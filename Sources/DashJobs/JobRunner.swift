public import DashModel
public import DashStorage
public import Logging
public import ServiceLifecycle
import Synchronization

/// Runs the jobs of one queue: claims in batches, keeps leases alive, settles what ended.
public final class JobRunner: Service {
    /// A killed node's job runs again within the lease and one rescue round, well below 30 s.
    public struct Timing: Sendable {
        public var lease: Duration
        public var heartbeat: Duration
        /// How long to sleep without a wake-up.
        public var poll: Duration
        /// How long jobs may finish after shutdown began.
        public var grace: Duration

        public init(
            lease: Duration = .seconds(15),
            heartbeat: Duration = .seconds(5),
            poll: Duration = .seconds(1),
            grace: Duration = .seconds(10)
        ) {
            self.lease = lease
            self.heartbeat = heartbeat
            self.poll = poll
            self.grace = grace
        }
    }

    private let queue: String
    private let store: any JobStore
    private let registry: JobRegistry
    private let concurrency: Int
    private let timing: Timing
    private let backoff: Backoff
    private let signal: WakeSignal
    private let clock: any WallClock
    private let logger: Logger
    private let running = RunningJobs()
    private let isDraining = Mutex(false)
    private let observe: @Sendable (JobEvent) -> Void

    public init(
        queue: String,
        store: any JobStore,
        registry: JobRegistry,
        concurrency: Int,
        signals: JobSignals,
        timing: Timing = Timing(),
        backoff: Backoff = .jobs,
        clock: any WallClock = SystemClock(),
        logger: Logger,
        observe: @escaping @Sendable (JobEvent) -> Void = { _ in }
    ) {
        self.queue = queue
        self.store = store
        self.registry = registry
        self.concurrency = max(1, concurrency)
        self.timing = timing
        self.backoff = backoff
        signal = signals[queue]
        self.clock = clock
        self.logger = logger
        self.observe = observe
    }

    public func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.keepLeases() }
                while !Task.isCancelled, !self.isDraining.withLock({ $0 }) {
                    let free = self.concurrency - self.running.count
                    let claimed = free > 0 ? await self.claim(free) : []
                    for (job, stop) in claimed {
                        group.addTask { await self.execute(job, stop) }
                    }
                    if claimed.isEmpty || claimed.count == free { await self.signal.wait(for: self.pause(free)) }
                }
                await self.finishRunning()
                group.cancelAll()
            }
        } onGracefulShutdown: {
            self.isDraining.withLock { $0 = true }
            self.signal.wake()
        }
    }

    /// A full runner is woken by the job that ends.
    private func pause(_ free: Int) -> Duration { free > 0 ? timing.poll : .seconds(60) }

    private func claim(_ limit: Int) async -> [(ClaimedJob, JobStop)] {
        let now = clock.now
        do {
            let leaseEnds = now + timing.lease
            return try await store.claim(queue: queue, limit: limit, now: now, leaseEnds: leaseEnds)
                .map { ($0, running.insert($0.lease, leaseEnds: leaseEnds)) }
        } catch is CancellationError {
            return []
        } catch {
            logger.warning("claiming jobs failed", metadata: ["queue": "\(queue)", "error": "\(error)"])
            return []
        }
    }

    private func execute(_ job: ClaimedJob, _ stop: JobStop) async {
        let startedAt = clock.now
        let outcome = await outcome(of: job, JobContext(job, startedAt: startedAt), stop)
        if let outcome { await settle(job, outcome) }
        running.remove(job.lease)
        observe(JobEvent(kind: job.kind, outcome: outcome, duration: clock.now - startedAt))
        signal.wake()
    }

    /// What to settle the job with; nil when that is done already or not ours to do.
    private func outcome(of job: ClaimedJob, _ context: JobContext, _ stop: JobStop) async -> JobOutcome? {
        let result = await withTaskGroup(of: Result<JobResult, any Error>?.self) { group in
            group.addTask {
                do {
                    return .success(try await self.registry.run(job, context))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                await stop.wait()
                return nil
            }
            var result: Result<JobResult, any Error>?
            while let next = await group.next() {
                result = result ?? next
                group.cancelAll()
            }
            return result
        }
        if stop.reason == .leaseLost { return nil }
        switch result {
        case .success(.completed): return .completed
        case .success(.settled), nil: return nil
        case .success(.discarded(let reason)): return .discarded(reason: reason)
        case .success(.retry(let delay, let reason)): return .retry(at: clock.now + delay, reason: reason)
        case .failure where stop.reason == .shutdown || Task.isCancelled: return .released
        case .failure(let error): return failure(error, of: job)
        }
    }

    private func failure(_ error: any Error, of job: ClaimedJob) -> JobOutcome {
        let known = error as? DashError
        let reason = known?.description ?? "\(error)"
        logger.warning(
            "a job failed",
            metadata: ["kind": "\(job.kind)", "attempt": "\(job.attempt)", "error": "\(reason)"]
        )
        if job.attempt >= job.maxAttempts { return .discarded(reason: reason) }
        return .retry(at: clock.now + backoff.delay(after: job.attempt, atLeast: known?.retryAfter), reason: reason)
    }

    private func settle(_ job: ClaimedJob, _ outcome: JobOutcome) async {
        do {
            guard try await store.settle(job.lease, as: outcome, now: clock.now) else {
                logger.warning("a job's lease was lost before it was settled", metadata: ["kind": "\(job.kind)"])
                return
            }
        } catch {
            // The lease runs out and the job is rescued: it runs again rather than never.
            logger.error("settling a job failed", metadata: ["kind": "\(job.kind)", "error": "\(error)"])
        }
    }

    private func keepLeases() async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: timing.heartbeat) } catch { return }
            let leases = running.leases
            guard !leases.isEmpty else { continue }
            let leaseEnds = clock.now + timing.lease
            do {
                let held = try await store.heartbeat(leases, leaseEnds: leaseEnds)
                running.renew(asked: leases, held: held, leaseEnds: leaseEnds)
            } catch {
                logger.warning("a job heartbeat failed", metadata: ["queue": "\(queue)", "error": "\(error)"])
                running.stopExpired(now: clock.now)
            }
        }
    }

    private func finishRunning() async {
        let deadline = ContinuousClock.now + timing.grace
        while running.count > 0, ContinuousClock.now < deadline, !Task.isCancelled {
            await signal.wait(for: min(.milliseconds(200), deadline - .now))
        }
        running.stopAll()
        while running.count > 0, !Task.isCancelled { await signal.wait(for: .milliseconds(50)) }
    }
}

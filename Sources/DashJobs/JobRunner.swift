public import DashModel
public import DashStorage
public import Logging
public import ServiceLifecycle
import Synchronization

/// Runs the jobs of one queue: claims in batches, keeps leases alive, settles in batches what ended.
public final class JobRunner: Service {
    /// A killed node's job runs again within the lease and one rescue round, well below 30 s. A node that stands still
    /// keeps its jobs as long as the lease is longer than the standstill and one heartbeat: twelve seconds here.
    public struct Timing: Sendable {
        public var lease: Duration
        public var heartbeat: Duration
        /// How long to sleep without a wake-up.
        public var poll: Duration
        /// How long jobs may finish after shutdown began.
        public var grace: Duration

        public init(
            lease: Duration = .seconds(15),
            heartbeat: Duration = .seconds(3),
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
    private let timing: Timing
    private let backoff: Backoff
    private let signal: WakeSignal
    private let clock: any WallClock
    private let beats: any Clock<Duration>
    private let logger: Logger
    private let observe: @Sendable (JobEvent) -> Void
    private let running = RunningJobs()
    private let backlog: Mutex<JobBacklog<(ClaimedJob, JobStop)>>
    private let settlements = PendingSettlements()
    private let isDraining = Mutex(false)

    /// `beats` says when it is time for a heartbeat.
    public init(
        queue: String,
        store: any JobStore,
        registry: JobRegistry,
        concurrency: Int,
        signals: JobSignals,
        timing: Timing = Timing(),
        backoff: Backoff = .jobs,
        clock: any WallClock = SystemClock(),
        beats: any Clock<Duration> = ContinuousClock(),
        logger: Logger,
        observe: @escaping @Sendable (JobEvent) -> Void = { _ in }
    ) {
        self.queue = queue
        self.store = store
        self.registry = registry
        backlog = Mutex(JobBacklog(concurrency: max(1, concurrency), now: .now))
        self.timing = timing
        self.backoff = backoff
        signal = signals[queue]
        self.clock = clock
        self.beats = beats
        self.logger = logger
        self.observe = observe
    }

    public func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.keepLeases() }
                while !Task.isCancelled, !self.isDraining.withLock({ $0 }) {
                    let room = self.backlog.withLock { $0.room(unsettled: self.running.count - $0.count - $0.workers) }
                    let claimed = room > 0 ? await self.claim(room) : 0
                    for _ in 0..<self.backlog.withLock({ $0.startWorkers() }) {
                        group.addTask { await self.work() }
                    }
                    if claimed == 0 || claimed < room { await self.signal.wait(for: self.pause(room)) }
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
    private func pause(_ room: Int) -> Duration { room > 0 ? timing.poll : .seconds(60) }

    private func claim(_ limit: Int) async -> Int {
        let now = clock.now
        do {
            let leaseEnds = now + timing.lease
            let jobs = try await store.claim(queue: queue, limit: limit, now: now, leaseEnds: leaseEnds)
                .map { ($0, running.insert($0.lease, leaseEnds: leaseEnds)) }
            backlog.withLock { $0.add(jobs, now: .now) }
            return jobs.count
        } catch is CancellationError {
            return 0
        } catch {
            logger.warning(
                "claiming jobs failed",
                metadata: ["queue": "\(queue)", "error": "\(String(reflecting: error))"]
            )
            return 0
        }
    }

    /// Runs jobs one after the other until none waits, or until it is this worker's turn to settle what ended.
    private func work() async {
        while let (next, isLow) = backlog.withLock({ $0.next() }) {
            if isLow { signal.wake() }
            guard let settlement = await execute(next.0, next.1) else { continue }
            guard settlements.add([settlement]) else { continue }
            backlog.withLock { $0.leave() }
            signal.wake()
            await settleAll()
            break
        }
        signal.wake()
    }

    /// nil when there is nothing to settle.
    private func execute(_ job: ClaimedJob, _ stop: JobStop) async -> JobSettlement? {
        let startedAt = clock.now
        if job.lostStarts >= LostStarts.limit, stop.reason == nil { return await setAside(job) }
        let progress = JobProgress(isNeeded: job.lostStarts > 0) { try await self.store.noteProgress(of: job.lease) }
        let outcome =
            stop.reason == nil
            ? await outcome(of: job, JobContext(job, startedAt: startedAt, progress: progress), stop)
            : stop.reason == .shutdown ? .released : nil
        observe(JobEvent(kind: job.kind, outcome: outcome, duration: clock.now - startedAt))
        guard let outcome else {
            running.remove(job.lease)
            return nil
        }
        return JobSettlement(job.lease, as: outcome)
    }

    /// Gives up a job at whose last starts the process ended. nil when that could not be noted: it is tried again when
    /// the lease has run out.
    private func setAside(_ job: ClaimedJob) async -> JobSettlement? {
        let reason = LostStarts.reason("this job was running")
        do {
            try await registry.setAside(job, reason: reason)
        } catch {
            logger.error(
                "a job could not be set aside",
                metadata: ["kind": "\(job.kind)", "error": "\(String(reflecting: error))"]
            )
            running.remove(job.lease)
            return nil
        }
        logger.error(
            "a job was set aside",
            metadata: ["kind": "\(job.kind)", "job": "\(job.lease.job.text)", "reason": "\(reason)"]
        )
        observe(JobEvent(kind: job.kind, outcome: .discarded(reason: reason), duration: .zero))
        return JobSettlement(job.lease, as: .discarded(reason: reason))
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
        let reason = known?.description ?? "it failed unexpectedly; the server's log says why"
        logger.warning(
            "a job failed",
            metadata: ["kind": "\(job.kind)", "attempt": "\(job.attempt)", "error": "\(String(reflecting: error))"]
        )
        if job.attempt >= job.maxAttempts { return .discarded(reason: reason) }
        return .retry(at: clock.now + backoff.delay(after: job.attempt, atLeast: known?.retryAfter), reason: reason)
    }

    private func settleAll() async {
        while let batch = settlements.next() {
            do {
                let held = try await store.settle(batch, now: clock.now)
                if held.count < batch.count {
                    logger.warning(
                        "jobs' leases were lost before they were settled",
                        metadata: ["queue": "\(queue)", "count": "\(batch.count - held.count)"]
                    )
                }
            } catch {
                // The leases run out and the jobs are rescued: they run again rather than never.
                logger.error(
                    "settling jobs failed",
                    metadata: ["queue": "\(queue)", "count": "\(batch.count)", "error": "\(String(reflecting: error))"]
                )
            }
            for settlement in batch { running.remove(settlement.lease) }
            signal.wake()
        }
    }

    /// Gives back claimed jobs that did not get their turn: this node is slower than it seemed.
    private func giveBack(waitingSince moment: ContinuousClock.Instant) async {
        let surplus = backlog.withLock { $0.takeBack(before: moment) }
        if settlements.add(surplus.map { JobSettlement($0.0.lease, as: .released) }) { await settleAll() }
    }

    private func keepLeases() async {
        while !Task.isCancelled {
            let lastBeat = ContinuousClock.now
            do { try await beats.sleep(for: timing.heartbeat) } catch { return }
            await giveBack(waitingSince: lastBeat)
            let leases = running.leases
            guard !leases.isEmpty else { continue }
            let leaseEnds = clock.now + timing.lease
            do {
                let held = try await store.heartbeat(leases, leaseEnds: leaseEnds)
                running.renew(asked: leases, held: held, leaseEnds: leaseEnds)
            } catch {
                logger.warning(
                    "a job heartbeat failed",
                    metadata: ["queue": "\(queue)", "error": "\(String(reflecting: error))"]
                )
                running.stopExpired(now: clock.now)
            }
        }
    }

    private func finishRunning() async {
        await giveBack(waitingSince: .now + .seconds(1))
        let deadline = ContinuousClock.now + timing.grace
        while running.count > 0, ContinuousClock.now < deadline, !Task.isCancelled {
            await signal.wait(for: min(.milliseconds(200), deadline - .now))
        }
        running.stopAll()
        while running.count > 0, !Task.isCancelled { await signal.wait(for: .milliseconds(50)) }
    }
}

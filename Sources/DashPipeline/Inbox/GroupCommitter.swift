import DashModel
import DashStorage
import FoundationEssentials
import Logging
import ServiceLifecycle
import Synchronization

/// Group commit by natural batching: while one transaction is in flight parts gather, and the next takes all of them.
/// No timer at low load, large groups at high load.
final class GroupCommitter: Sendable {
    private let state: Mutex<InboxState>
    private let turn = Mutex(CommitTurn())
    private let store: any CommitStore
    private let clock: any WallClock
    private let instant: @Sendable () -> ContinuousClock.Instant
    private let metrics: PipelineMetrics
    private let logger: Logger

    /// `instant` tells how time goes on for what waits.
    init(
        store: any CommitStore,
        limits: InboxLimits = InboxLimits(),
        clock: any WallClock,
        instant: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        metrics: PipelineMetrics,
        logger: Logger
    ) {
        state = Mutex(InboxState(limits: limits))
        self.store = store
        self.clock = clock
        self.instant = instant
        self.metrics = metrics
        self.logger = logger
    }

    /// Returns when the part's transaction is over. Throws `DashError` when the inbox is full or the node stops.
    func submit(_ part: CommitPart) async throws -> CommitOutcome {
        try await withCheckedThrowingContinuation { continuation in
            let entry = WaitingPart(part: part, enteredAt: instant(), continuation: continuation)
            switch state.withLock({ $0.add(entry) }) {
            case .queued: break
            case .wake(let sleeper): sleeper.resume()
            case .refused(let error): continuation.resume(throwing: error)
            }
        }
    }

    /// The committing tasks, as many as the store takes transactions at once; ends when the inbox is drained. `conclude`
    /// runs after each transaction, before anybody who waits for it goes on.
    func run(conclude: @escaping @Sendable (CommittedGroup) async -> Void) async {
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { watching in
                watching.addTask { await self.watch() }
                await withDiscardingTaskGroup { group in
                    for _ in 0..<max(1, store.concurrentCommits) {
                        // Every request waits for these few tasks: they must not queue behind theirs.
                        group.addTask(priority: .high) { await self.work(conclude) }
                    }
                }
                watching.cancelAll()
            }
        } onCancel: {
            drain()
        }
        for entry in state.withLock({ $0.abandon() }) {
            entry.continuation.resume(throwing: DashError(.unavailable, "the server is shutting down"))
        }
    }

    /// Takes nothing more; what waits is still committed.
    func drain() { for sleeper in state.withLock({ $0.drain() }) { sleeper.resume() } }

    var depth: Int { state.withLock(\.count) }

    private func work(_ conclude: @Sendable (CommittedGroup) async -> Void) async {
        while let group = await nextGroup() {
            metrics.groupParts.observe(Double(group.parts.count))
            metrics.queueDepth.set(depth)
            await commit(group.parts, conclude)
            state.withLock { $0.finish(group, now: instant()) }
        }
    }

    /// Refuses what waits behind a transaction that stands still: a client that is told so may go elsewhere.
    private func watch() async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: Self.watchInterval) } catch { return }
            let (late, error, sleeper) = state.withLock { $0.look(now: instant()) }
            sleeper?.resume()
            for entry in late { entry.continuation.resume(throwing: error) }
        }
    }

    private static let watchInterval = Duration.milliseconds(250)

    private func nextGroup() async -> WaitingGroup? {
        while true {
            switch state.withLock({ $0.next(now: instant()) }) {
            case .group(let group, let others):
                for sleeper in others { sleeper.resume() }
                return group
            case .end(let others):
                for sleeper in others { sleeper.resume() }
                return nil
            case .park: await park()
            case .gather(let end): await park(until: end)
            }
        }
    }

    private func park() async {
        await withCheckedContinuation { continuation in
            if !state.withLock({ $0.park(continuation, now: instant()) }) { continuation.resume() }
        }
    }

    private func park(until end: ContinuousClock.Instant) async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                do { try await Task.sleep(until: end, clock: .continuous) } catch { return }
                self.state.withLock { $0.endGathering(now: self.instant()) }?.resume()
            }
            await park()
            group.cancelAll()
        }
    }

    private func commit(_ waiting: [WaitingPart], _ conclude: (CommittedGroup) async -> Void) async {
        let parts = Self.arranged(waiting)
        let receivedAt = turn.withLock { $0.receiveTime(clock.now) }
        let started = ContinuousClock.now
        var committed = CommittedGroup()
        let results = await save(parts[...], receivedAt, &committed)
        metrics.commitSeconds.observe(ContinuousClock.now - started)
        metrics.groupRows.observe(Double(committed.received))
        if !committed.isEmpty { await conclude(committed) }
        for (entry, result) in zip(parts, results) { entry.continuation.resume(with: result) }
    }

    /// One transaction. When it fails the parts are halved until the bad one is alone, so that it fails alone.
    private func save(
        _ parts: ArraySlice<WaitingPart>,
        _ receivedAt: Timestamp,
        _ committed: inout CommittedGroup
    ) async -> [Result<CommitOutcome, any Error>] {
        let group = CommitGroup(parts, receivedAt: receivedAt, startedAt: .now)
        do {
            let outcomes = try await store.commit(group.commits)
            metrics.commits.add(1)
            for (commit, outcome) in zip(group.commits, outcomes) {
                committed.add(commit, outcome, firstID: turn.withLock { $0.firstID(commit, outcome) })
            }
            return parts.indices.map { .success(group.outcome(of: $0 - parts.startIndex, in: outcomes)) }
        } catch {
            metrics.commitFailures.add(1)
            logger.error(
                "a saving transaction failed",
                metadata: ["parts": "\(parts.count)", "error": "\(String(reflecting: error))"]
            )
            if parts.count == 1 || Self.concernsAll(error) {
                return parts.map { _ in .failure(Self.visible(error)) }
            }
            let middle = parts.startIndex + parts.count / 2
            let first = await save(parts[..<middle], receivedAt, &committed)
            return await first + save(parts[middle...], receivedAt, &committed)
        }
    }

    /// Parts of one pipeline side by side, otherwise in the order they came.
    private static func arranged(_ parts: [WaitingPart]) -> [WaitingPart] {
        guard let first = parts.first, parts.contains(where: { $0.part.pipeline !== first.part.pipeline }) else {
            return parts
        }
        var order: [UUID: Int] = [:]
        for entry in parts where order[entry.part.pipeline.id] == nil { order[entry.part.pipeline.id] = order.count }
        var buckets = [[WaitingPart]](repeating: [], count: order.count)
        for entry in parts { buckets[order[entry.part.pipeline.id] ?? 0].append(entry) }
        return buckets.flatMap { $0 }
    }

    /// Whether no smaller group could fare better.
    private static func concernsAll(_ error: any Error) -> Bool {
        error is CancellationError || (error as? DashError)?.code == .unavailable
    }

    /// What a client may see of an engine's error.
    private static func visible(_ error: any Error) -> DashError {
        if let error = error as? DashError { return error }
        return DashError(.unavailable, "the records could not be stored", retryAfter: .seconds(1))
    }
}

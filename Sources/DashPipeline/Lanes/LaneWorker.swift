import DashModel
import DashStorage
import FoundationEssentials
import Logging

/// Takes one lane's due deliveries to its target, in order, until none is due or one has to wait.
struct LaneWorker: Sendable {
    private static let pageSize = 32
    /// What a sink that takes batches may get at once, however small the deliveries.
    private static let batchPageSize = 512
    private static let pageBytes = 16 << 20

    let store: Store
    let targets: LaneTargets
    let runner: PipelineRunner
    let health: SinkHealth
    let policy: DeliveryPolicy
    let clock: any WallClock
    let metrics: PipelineMetrics
    let logger: Logger
    let breakers = LaneBreakers()
    /// What was received before may have been on its way when the process ended the last time.
    let startedAt: Timestamp

    /// `mayGoOn` is asked before each delivery: whether the lane is still this node's and the node is not stopping.
    func run(_ lane: BatchCommit.Lane, mayGoOn: () async throws -> Bool) async throws -> LaneProgress {
        while try await mayGoOn() {
            do {
                guard let target = try await targets.target(of: lane) else { return .waiting }
                let page = try await store.nextDeliveries(
                    of: lane,
                    limit: Self.pageSize(for: target),
                    bytes: Self.pageBytes,
                    now: clock.now
                )
                guard !page.isEmpty else { return .waiting }
                try await noteFirstStarts(of: page)
                if let progress = try await send(page, to: target, mayGoOn) { return progress }
            } catch let error as DashError {
                // The target can't be made: all of its deliveries wait for a change of its config.
                let first = try await store.nextDeliveries(of: lane, limit: 1, bytes: 1, now: clock.now).first
                guard let first else { return .waiting }
                let next = clock.now + .seconds(30)
                try await settle(first, .retry(at: next, reason: error.description))
                return .retrying(until: next)
            }
        }
        return .waiting
    }

    private static func pageSize(for target: LaneTarget) -> Int {
        guard case .sink(_, _, let settings) = target, let batching = settings.batching else { return pageSize }
        return min(batchPageSize, max(pageSize, batching.records))
    }

    /// nil when the lane goes on with its next page.
    private func send(_ page: [Delivery], to target: LaneTarget, _ mayGoOn: () async throws -> Bool) async throws
        -> LaneProgress?
    {
        switch target {
        case .pipeline(let pipeline):
            for delivery in page {
                guard try await mayGoOn() else { return .waiting }
                if try await isSetAside(delivery) { continue }
                if let progress = try await consume(delivery, pipeline) { return progress }
            }
            return nil
        case .sink(let sink, let row, let settings):
            return try await send(page, to: sink, row, settings, mayGoOn)
        }
    }

    /// The downstream pipeline's commit settles the delivery with it, so each record arrives once. nil when the lane goes on.
    private func consume(_ delivery: Delivery, _ pipeline: CompiledPipeline) async throws -> LaneProgress? {
        metrics.deliveryAttempts.add(1)
        var journey = Journey(
            pipeline: pipeline,
            trigger: .upstream,
            origin: .upstream(delivery.records),
            startedAt: clock.now
        )
        journey.settles.delivery = delivery.id
        do {
            switch try await runner.run(journey).outcome {
            case .saved, .repeated, .fenced, .overlapping: metrics.deliveryLag.observe(clock.now - delivery.receivedAt)
            case .overStorageLimit: try await settle(delivery, .dead(reason: "the team's storage limit is reached"))
            }
            return nil
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // A mapping can be put right, so even what can't succeed now is tried again within the budget.
            let wrapped = DashError(
                .unavailable,
                (error as? DashError)?.description ?? "the delivery failed unexpectedly"
            )
            let outcome = policy.outcome(of: delivery, wrapped, now: clock.now)
            try await settle(delivery, outcome)
            if case .retry(let next, _) = outcome { return .retrying(until: next) }
            return nil
        }
    }

    /// One transaction for the whole page, and none for what came since this process started: should the process end
    /// now, all of these are under suspicion, and are then sent one by one.
    private func noteFirstStarts(of page: [Delivery]) async throws {
        let old = page.filter { $0.receivedAt < startedAt && $0.lostStarts == 0 }
        try await store.deliveries.noteStart(of: old.map(\.id))
    }

    /// Notes the start of a delivery that is under suspicion, or gives it up when the process ended at all of its last ones.
    func isSetAside(_ delivery: Delivery) async throws -> Bool {
        guard delivery.lostStarts > 0 else { return false }
        guard delivery.lostStarts < LostStarts.limit else {
            try await settle(delivery, .dead(reason: LostStarts.reason("this delivery was on its way")))
            return true
        }
        try await store.deliveries.noteStart(of: [delivery.id])
        return false
    }

    func settle(_ delivered: [Delivery]) async throws {
        guard !delivered.isEmpty else { return }
        let now = clock.now
        try await store.deliveries.settle(delivered.map(\.id), as: .delivered, now: now)
        for delivery in delivered { metrics.deliveryLag.observe(now - delivery.receivedAt) }
    }

    func settle(_ delivery: Delivery, _ outcome: DeliveryOutcome) async throws {
        metrics.deliveryFailures.add(1)
        if case .dead(let reason) = outcome {
            metrics.deliveryDead.add(1)
            logger.warning(
                "a delivery was given up",
                metadata: ["pipeline": "\(delivery.pipeline.text)", "reason": "\(reason)"]
            )
        }
        try await store.deliveries.settle([delivery.id], as: outcome, now: clock.now)
    }
}

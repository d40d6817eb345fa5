import DashModel
import DashStorage
import FoundationEssentials
import Logging

/// Takes one lane's due deliveries to its target, in order, until none is due or one has to wait.
struct LaneWorker: Sendable {
    private static let pageSize = 32

    let store: any Store
    let targets: LaneTargets
    let runner: PipelineRunner
    let health: SinkHealth
    let policy: DeliveryPolicy
    let clock: any WallClock
    let metrics: PipelineMetrics
    let logger: Logger

    /// `mayGoOn` is asked before each delivery: whether the lane is still this node's and the node is not stopping.
    func run(_ lane: BatchCommit.Lane, mayGoOn: () async throws -> Bool) async throws {
        while try await mayGoOn() {
            let page = try await store.nextDeliveries(of: lane, limit: Self.pageSize, now: clock.now)
            guard let first = page.first else { return }
            do {
                guard let target = try await targets.target(of: lane) else { return }
                guard try await send(page, to: target, mayGoOn) else { return }
            } catch let error as DashError {
                // The target can't be made: all of its deliveries wait for a change of its config.
                try await settle(first, .retry(at: clock.now + .seconds(30), reason: error.description))
                return
            }
        }
    }

    /// False when the lane has to wait.
    private func send(_ page: [Delivery], to target: LaneTarget, _ mayGoOn: () async throws -> Bool) async throws
        -> Bool
    {
        switch target {
        case .pipeline(let pipeline):
            for delivery in page {
                guard try await mayGoOn(), try await consume(delivery, pipeline) else { return false }
            }
            return true
        case .sink(let sink, let row): return try await send(page, to: sink, row, mayGoOn)
        }
    }

    private func send(
        _ page: [Delivery],
        to sink: any Sink,
        _ row: ResourceRow,
        _ mayGoOn: () async throws -> Bool
    ) async throws -> Bool {
        var row = row
        var delivered: [Delivery] = []
        for delivery in page {
            guard try await mayGoOn() else { break }
            metrics.deliveryAttempts.add(1)
            do {
                try await sink.send(delivery)
                delivered.append(delivery)
            } catch is CancellationError {
                try await settle(delivered)
                throw CancellationError()
            } catch {
                try await settle(delivered)
                if let last = delivered.last { row = try await health.active(row, of: last) }
                delivered = []
                let outcome = policy.outcome(of: delivery, error, now: clock.now)
                try await settle(delivery, outcome)
                row = try await health.failing(row, reason: outcome.reason, of: delivery)
                if case .retry = outcome { return false }
            }
        }
        try await settle(delivered)
        if let last = delivered.last { _ = try await health.active(row, of: last) }
        return true
    }

    /// The downstream pipeline's commit settles the delivery with it, so each record arrives once.
    private func consume(_ delivery: Delivery, _ pipeline: CompiledPipeline) async throws -> Bool {
        metrics.deliveryAttempts.add(1)
        let journey = Journey(
            pipeline: pipeline,
            trigger: .upstream,
            origin: .upstream(delivery),
            startedAt: clock.now
        )
        do {
            switch try await runner.run(journey).outcome {
            case .saved, .repeated, .fenced: metrics.deliveryLag.observe(clock.now - delivery.receivedAt)
            case .overStorageLimit: try await settle(delivery, .dead(reason: "the team's storage limit is reached"))
            }
            return true
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
            if case .retry = outcome { return false }
            return true
        }
    }

    private func settle(_ delivered: [Delivery]) async throws {
        guard !delivered.isEmpty else { return }
        let now = clock.now
        try await store.settle(delivered.map(\.id), as: .delivered, now: now)
        for delivery in delivered { metrics.deliveryLag.observe(now - delivery.receivedAt) }
    }

    private func settle(_ delivery: Delivery, _ outcome: DeliveryOutcome) async throws {
        metrics.deliveryFailures.add(1)
        if case .dead(let reason) = outcome {
            metrics.deliveryDead.add(1)
            logger.warning(
                "a delivery was given up",
                metadata: ["pipeline": "\(delivery.pipeline.text)", "reason": "\(reason)"]
            )
        }
        try await store.settle([delivery.id], as: outcome, now: clock.now)
    }
}

extension DeliveryOutcome {
    fileprivate var reason: String {
        switch self {
        case .delivered: ""
        case .retry(_, let reason), .dead(let reason): reason
        }
    }
}

import DashExchange
import DashModel
import DashPipeline
import FoundationEssentials
import Logging
import Synchronization

/// Shows a pipeline's records as they become durable: the first at once, then at most ten frames a second.
final class TailFeed: LiveFeed {
    private struct Pending {
        var records: [TailRecord] = []
        var skipped = 0
        var mustReload = true
        /// Another node has stored something.
        var mustCatchUp = false
    }

    let channel = LiveChannel(.tail(TailLog()))
    private let pipeline: UUID
    private let operations: any PipelineOperations
    private let logger: Logger
    private let wakeup = WakeSignal()
    private let pending = Mutex(Pending())

    /// A frame shows at most this many records, the newest; the rest is counted.
    static let frameCapacity = 50

    init(pipeline: UUID, operations: any PipelineOperations, logger: Logger) {
        self.pipeline = pipeline
        self.operations = operations
        self.logger = logger
    }

    func note(_ element: Subscription.Element, of pipeline: UUID) {
        // Without viewers nothing is prepared: the next one starts from a fresh look at the cache.
        let isWatched = channel.viewerCount > 0
        pending.withLock { pending in
            switch element {
            case .event(.committed(let batch)) where isWatched: Self.add(batch, to: &pending)
            case .event(.advanced) where isWatched: pending.mustCatchUp = true
            default: pending.mustReload = true
            }
        }
        wakeup.wake()
    }

    private static func add(_ batch: CommittedBatch, to pending: inout Pending) {
        let records = TailRecord.last(frameCapacity, of: batch)
        pending.skipped += batch.batch.records.count - records.count
        pending.records.append(contentsOf: records)
        let surplus = pending.records.count - frameCapacity
        if surplus > 0 {
            pending.records.removeFirst(surplus)
            pending.skipped += surplus
        }
    }

    func noteChange() {}

    func noteViewer() { wakeup.wake() }

    func run() async {
        var pace = FramePace()
        while !Task.isCancelled {
            if channel.viewerCount == 0 {
                await wakeup.wait(for: LivePace.linger)
                if channel.viewerCount == 0, channel.closeIfUnwatched() { return }
                continue
            }
            let taken = pending.withLock { pending in
                let taken = pending
                pending = Pending(mustReload: false)
                return taken
            }
            if taken.mustReload {
                await reload()
            } else if taken.mustCatchUp || !taken.records.isEmpty {
                if !taken.records.isEmpty { publish(taken) }
                if taken.mustCatchUp { await catchUp() }
            } else {
                await wakeup.wait()
                continue
            }
            pace.take()
            let delay = pace.delay()
            // It ends early only by cancellation, which the loop sees.
            if delay > .zero { try? await Task.sleep(for: delay) }
        }
        channel.close()
    }

    private func publish(_ taken: Pending) {
        channel.update { log in
            guard case .tail(var tail) = log else { return }
            tail.append(taken.records, skipped: taken.skipped)
            log = .tail(tail)
        }
    }

    private func reload() async {
        guard let records = await latest() else { return }
        channel.update { log in
            guard case .tail(var tail) = log else { return }
            tail.fill(records)
            log = .tail(tail)
        }
        let last = records.last?.id ?? .min
        pending.withLock { pending in pending.records.removeAll { $0.id <= last } }
    }

    /// Shows what other nodes have stored.
    private func catchUp() async {
        guard let records = await latest() else { return }
        channel.update { log in
            guard case .tail(var tail) = log else { return }
            tail.merge(records, atMost: Self.frameCapacity)
            log = .tail(tail)
        }
    }

    /// nil when they can't be read: then all is read again.
    private func latest() async -> [TailRecord]? {
        do {
            return try await operations.latest(of: pipeline, limit: TailLog.windowCapacity).map(TailRecord.init)
        } catch {
            logger.warning(
                "The live tail could not be read",
                metadata: ["pipeline": "\(pipeline.text)", "error": "\(String(reflecting: error))"]
            )
            pending.withLock { $0.mustReload = true }
            return nil
        }
    }
}

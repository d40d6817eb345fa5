import DashModel
import Dispatch
import Synchronization

/// A bounded number of places at some kind of work, given out in fair turns among parties. Whoever waits can give up, and
/// nobody waits for ever.
public final class Turns: Sendable {
    private typealias State = TurnState<Party>
    private typealias Waiter = CheckedContinuation<Void, any Error>

    private struct Guarded {
        var state: State
        var waiters: [UInt64: Waiter] = [:]
        /// Lost their place before there was anybody to tell.
        var displaced: Set<UInt64> = []
        var isSweepPlanned = false
    }

    private let work: String
    private let share: Int
    private let guarded: Mutex<Guarded>
    private let waited: Counter
    private let refused: Counter

    /// `work` says what is waited for, in messages: "data queries".
    public init(_ limits: TurnLimits, of work: String, named name: String, metrics: MetricsRegistry) {
        self.work = work
        share = limits.share
        guarded = Mutex(Guarded(state: State(limits)))
        let labels = [("turn", name)]
        waited = metrics.counter("dash_border_waited_total", "Those who had to wait for their turn.", labels: labels)
        refused = metrics.counter("dash_border_turns_refused_total", "Those who got no turn.", labels: labels)
        metrics.reading("dash_border_waiting", "Those who wait for their turn now.", labels: labels) { [weak self] in
            Double(self?.waitingCount ?? 0)
        }
        metrics.reading("dash_border_held", "Slots that are taken now; of bodies 64 KB each.", labels: labels) {
            [weak self] in Double(self?.held ?? 0)
        }
    }

    public var waitingCount: Int { guarded.withLock { $0.state.waitingCount } }
    /// How many slots are taken.
    public var held: Int { guarded.withLock { $0.state.held } }

    /// Does the work when it is the party's turn, which takes so many slots; it has its turns as one with the others of its
    /// group. What it had is the time that the work took. Throws `DashError` `.rateLimited` or `.unavailable` when there is
    /// no turn to be had, `CancellationError` when the task is cancelled.
    public func pass<Value>(
        _ party: Party,
        of group: Party? = nil,
        slots: Int = 1,
        _ body: () async throws -> Value
    ) async throws -> Value {
        let slots = min(max(1, slots), share)
        try await enter(party, group, slots)
        let started = ContinuousClock.now
        defer { leave(party, group, Int((ContinuousClock.now - started).microseconds), slots) }
        return try await body()
    }

    /// A turn is guessed at a millisecond until it is over.
    private static let guess = 1_000

    private func enter(_ party: Party, _ group: Party?, _ slots: Int) async throws {
        let (entry, displaced) = guarded.withLock { guarded in
            let entry = guarded.state.enter(party, of: group, cost: Self.guess, slots: slots, now: .now)
            guard case .waitInstead(_, of: let other) = entry else { return (entry, Waiter?.none) }
            let waiter = guarded.waiters.removeValue(forKey: other)
            if waiter == nil { guarded.displaced.insert(other) }
            return (entry, waiter)
        }
        displaced?.resume(throwing: refusal(ofParty: true))
        switch entry {
        case .go: return
        case .refused(let ofParty): throw refusal(ofParty: ofParty)
        case .wait(let ticket), .waitInstead(let ticket, of: _):
            waited.add(1)
            try await wait(ticket)
        }
    }

    private func wait(_ ticket: UInt64) async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (isOver, isDisplaced) = guarded.withLock { guarded in
                    // The turn may have come, or the place have gone, before there was anybody to tell.
                    if guarded.displaced.remove(ticket) != nil { return (true, true) }
                    guard guarded.state.isWaiting(ticket) else { return (true, false) }
                    guarded.waiters[ticket] = continuation
                    planSweep(&guarded)
                    return (false, false)
                }
                if isOver {
                    continuation.resume(with: isDisplaced ? .failure(refusal(ofParty: true)) : .success(()))
                }
                if Task.isCancelled { giveUp(ticket) }
            }
        } onCancel: {
            giveUp(ticket)
        }
    }

    private func giveUp(_ ticket: UInt64) {
        let continuation = guarded.withLock { guarded -> CheckedContinuation<Void, any Error>? in
            guard let continuation = guarded.waiters[ticket], guarded.state.giveUp(ticket) else { return nil }
            guarded.waiters[ticket] = nil
            return continuation
        }
        continuation?.resume(throwing: CancellationError())
    }

    private func leave(_ party: Party, _ group: Party?, _ cost: Int, _ slots: Int) {
        let next = guarded.withLock { guarded in
            guarded.state.leave(party, of: group, guessed: Self.guess, cost: max(1, cost), slots: slots)
                .compactMap { guarded.waiters.removeValue(forKey: $0) }
        }
        for continuation in next { continuation.resume() }
    }

    /// One timer for all who wait, and none while nobody does.
    private func planSweep(_ guarded: inout Guarded) {
        guard !guarded.isSweepPlanned, let time = guarded.state.nextExpiry() else { return }
        guarded.isSweepPlanned = true
        let pause = max(.zero, time - .now)
        DispatchQueue.global().asyncAfter(deadline: .now() + .microseconds(Int(pause.microseconds) + 1)) {
            [weak self] in
            self?.sweep()
        }
    }

    private func sweep() {
        let late = guarded.withLock { guarded in
            guarded.isSweepPlanned = false
            let late = guarded.state.expire(now: .now).compactMap { guarded.waiters.removeValue(forKey: $0) }
            planSweep(&guarded)
            return late
        }
        for continuation in late { continuation.resume(throwing: refusal(ofParty: false)) }
    }

    private func refusal(ofParty: Bool) -> DashError {
        refused.add(1)
        return ofParty
            ? DashError(
                .rateLimited,
                "Too many \(work) of yours are waiting already; let some of them end first.",
                retryAfter: .seconds(1)
            )
            : DashError(.unavailable, "Too many \(work) are waiting; try again in a moment.", retryAfter: .seconds(2))
    }
}

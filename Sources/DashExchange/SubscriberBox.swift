import Synchronization

/// A subscriber's buffer and, when it waits, its continuation.
final class SubscriberBox: Sendable {
    private struct State {
        var buffer: SubscriberBuffer
        var waiting: CheckedContinuation<Subscription.Element?, Never>?
    }

    private let state: Mutex<State>

    init(capacity: Int) { state = Mutex(State(buffer: SubscriberBuffer(capacity: capacity))) }

    func push(_ event: ExchangeEvent) { hand(.event(event)) { $0.push(event) } }

    /// Tells the subscriber that events were lost before they came here.
    func lose() { hand(.lagged) { $0.lose() } }

    /// To the one who waits, else into the buffer.
    private func hand(_ element: Subscription.Element, orKeep keep: (inout SubscriberBuffer) -> Void) {
        let waiting = state.withLock { state -> CheckedContinuation<Subscription.Element?, Never>? in
            guard let waiting = state.waiting else {
                keep(&state.buffer)
                return nil
            }
            state.waiting = nil
            return waiting
        }
        waiting?.resume(returning: element)
    }

    /// nil once the reading task is cancelled.
    func next() async -> Subscription.Element? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state -> Subscription.Element?? in
                    if Task.isCancelled { return .some(nil) }
                    if let element = state.buffer.pop() { return element }
                    state.waiting = continuation
                    return nil
                }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                defer { state.waiting = nil }
                return state.waiting
            }
            waiting?.resume(returning: nil)
        }
    }
}

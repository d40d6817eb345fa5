import CLibpq
import Dispatch

/// A request to the server that a connection's running statement end. It goes over a connection of its own and on a
/// thread of its own, because libpq waits for the server without any limit, and a server that stands still never answers.
final class Cancellation: Sendable {
    let started = ContinuousClock.now
    private let answered = DispatchSemaphore(value: 0)

    /// nil when the connection is gone.
    init?(of handle: OpaquePointer?) {
        guard let request = PQgetCancel(handle) else { return nil }
        // A pointer is not Sendable, but this one is libpq's own copy of the server's address and key, shares nothing with
        // the connection, and from here on only the closure has it, which frees it. Tested with a server that answers
        // and with one that stands still (`PostgresConnectionTests`: deadlines).
        nonisolated(unsafe) let handedOver = request
        DispatchQueue(label: "dash.postgres.cancel").async { [answered] in
            var message = [CChar](repeating: 0, count: 256)
            _ = PQcancel(handedOver, &message, Int32(message.count))
            PQfreeCancel(handedOver)
            answered.signal()
        }
    }

    /// Waits until the server has taken the request, so that it can't hit a later statement. False: it did not in time.
    func settle(within limit: Duration) -> Bool {
        answered.wait(timeout: .now() + .milliseconds(Int(limit / .milliseconds(1)))) == .success
    }
}

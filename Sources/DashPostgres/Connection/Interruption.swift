import Synchronization

/// A request, from any thread, that a connection's running statement end.
final class Interruption: Sendable {
    private let isSet = Atomic(false)

    func interrupt() { isSet.store(true, ordering: .releasing) }
    func clear() { isSet.store(false, ordering: .releasing) }
    var isInterrupted: Bool { isSet.load(ordering: .acquiring) }
}

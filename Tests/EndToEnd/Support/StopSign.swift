import Synchronization

/// Tells clients that go on for ever that it is over.
final class StopSign: Sendable {
    private let isSet = Atomic(false)

    var isUp: Bool { isSet.load(ordering: .acquiring) }
    func raise() { isSet.store(true, ordering: .releasing) }
}

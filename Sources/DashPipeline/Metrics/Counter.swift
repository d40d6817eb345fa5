import Synchronization

/// A number that only rises.
public final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    public func add(_ amount: Int) {
        if amount != 0 { count.wrappingAdd(amount, ordering: .relaxed) }
    }

    public var value: Int { count.load(ordering: .relaxed) }
}

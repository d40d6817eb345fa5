import Synchronization

/// A number that rises and falls.
public final class Gauge: Sendable {
    private let current = Atomic<Int>(0)

    public func set(_ value: Int) { current.store(value, ordering: .relaxed) }
    public func add(_ amount: Int) { current.wrappingAdd(amount, ordering: .relaxed) }

    public var value: Int { current.load(ordering: .relaxed) }
}

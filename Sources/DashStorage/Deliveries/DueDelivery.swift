/// A delivery that is due, as the outbox holds it.
public struct DueDelivery: Sendable, Hashable {
    public var delivery: Delivery
    /// Its records are kept as rows and have to be read from there.
    public var isStored: Bool

    public init(_ delivery: Delivery, isStored: Bool) {
        self.delivery = delivery
        self.isStored = isStored
    }
}

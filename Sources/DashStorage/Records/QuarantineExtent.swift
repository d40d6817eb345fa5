public import FoundationEssentials

/// How many quarantined records a choice has, and the last of them by id.
public struct QuarantineExtent: Sendable, Hashable {
    public var count: Int
    public var last: UUID?
}

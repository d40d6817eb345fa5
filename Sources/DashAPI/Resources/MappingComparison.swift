public import DashMapping
public import FoundationEssentials

/// How a version of a mapping differs from another one.
public struct MappingComparison: Sendable, Hashable {
    public var version: UUID
    /// The number of the other version; nil when there was none before.
    public var from: Int?
    public var to: Int
    public var differences: [MappingDifference]
}

public import FoundationEssentials

/// What became of the sealed values of some rows.
public struct ResealedRows: Sendable, Hashable {
    /// Values that are sealed with the newest key now.
    public var resealed = 0
    /// Values that were already.
    public var current = 0
    /// Rows with a value that no key opens, and why.
    public var unreadable: [UUID: String] = [:]
    /// The last row that was looked at; nil when there were no more.
    public var last: UUID?

    public init() {}
}

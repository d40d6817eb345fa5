import DashModel
public import FoundationEssentials

/// `pipeline:<id>`, `jobs`, `deliveries` or `resources`.
public struct Channel: Sendable, Hashable, CustomStringConvertible {
    public var description: String

    public init(_ name: String) { description = name }

    /// `committed` and `advanced` events of one pipeline.
    public static func pipeline(_ id: UUID) -> Channel { Channel("pipeline:\(id.text)") }
    /// `committed` and `advanced` events of every pipeline.
    public static let records = Channel("records")
    /// Whether records are told on it.
    var carriesRecords: Bool { self == .records || description.hasPrefix("pipeline:") }

    /// `changed` events of every resource.
    public static let resources = Channel("resources")
}

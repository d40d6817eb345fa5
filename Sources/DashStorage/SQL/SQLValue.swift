public import DashModel
public import FoundationEssentials

/// A value that is bound to a statement or read from a row. How an engine stores it is the engine's matter.
public enum SQLValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    case text(String)
    case bytes([UInt8])
    case uuid(UUID)
    case timestamp(Timestamp)
    /// JSON text that was checked before.
    case json([UInt8])
    /// Values of one kind, for engines that take lists: `= ANY(…)`, `unnest(…)`.
    case array(Element, [SQLValue])

    /// What an array holds.
    public enum Element: Sendable, Hashable {
        case bool, integer, double, text, bytes, uuid, timestamp, json
    }
}

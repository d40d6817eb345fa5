/// What an attribute holds; each engine's dialect spells it as a column type.
public enum AttributeType: Sendable, Hashable {
    case uuid
    /// One line of text.
    case string
    /// Several lines of text.
    case text
    case integer
    /// A number kept in decimal digits, where the database can.
    case decimal
    /// A number of 64 bits, as sums and averages are computed.
    case double
    case boolean
    case timestamp
    case enumeration([String])
    /// Any JSON value.
    case json
    /// A payload that REST shows as text.
    case bytes
}

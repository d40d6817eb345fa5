/// What an attribute holds; each engine's dialect spells it as a column type.
public enum AttributeType: Sendable, Hashable {
    case uuid
    /// One line of text.
    case string
    /// Several lines of text.
    case text
    case integer
    case decimal
    case boolean
    case timestamp
    case enumeration([String])
    /// Any JSON value.
    case json
    /// A payload that REST shows as text.
    case bytes
}

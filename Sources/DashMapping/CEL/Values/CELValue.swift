/// A value of the Common Expression Language.
public enum CELValue: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    /// Another double in all respects but that its digits are kept.
    indirect case decimal(CELDecimal)
    case string(String)
    case bytes([UInt8])
    case list([CELValue])
    case map(CELMap)
    case timestamp(CELTimestamp)
    case duration(CELDuration)
    case type(CELType)
    /// A value that may be absent.
    indirect case optional(CELValue?)
    /// A string, list or map of the record at hand, read in place; evaluations never hand it out.
    case view(CELView)
}

extension CELValue {
    public var type: CELType {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double, .decimal: .double
        case .string: .string
        case .bytes: .bytes
        case .list: .list
        case .map: .map
        case .timestamp: .timestamp
        case .duration: .duration
        case .type: .type
        case .optional: .optional
        case .view(let view): view.type
        }
    }
}

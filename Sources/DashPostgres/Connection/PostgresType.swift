import DashStorage

/// The types that Dash speaks over the wire, by their object ids, which are the same on every server.
enum PostgresType: UInt32 {
    case unspecified = 0
    case bool = 16
    case bytea = 17
    case int8 = 20
    case int2 = 21
    case int4 = 23
    case text = 25
    case oid = 26
    case json = 114
    case float4 = 700
    case float8 = 701
    case timestamp = 1114
    case timestamptz = 1184
    case numeric = 1700
    case uuid = 2950
    case jsonb = 3802
    case boolArray = 1000
    case byteaArray = 1001
    case textArray = 1009
    case int8Array = 1016
    case float8Array = 1022
    case timestamptzArray = 1185
    case uuidArray = 2951
    case jsonbArray = 3807

    init(of value: SQLValue) {
        switch value {
        case .null, .text, .array: self = .unspecified
        case .bool: self = .bool
        case .integer: self = .int8
        case .double: self = .float8
        case .bytes: self = .bytea
        case .uuid: self = .uuid
        case .timestamp: self = .timestamptz
        case .json: self = .jsonb
        }
    }
}

extension SQLValue.Element {
    var type: PostgresType {
        switch self {
        case .bool: .bool
        case .integer: .int8
        case .double: .float8
        case .text: .text
        case .bytes: .bytea
        case .uuid: .uuid
        case .timestamp: .timestamptz
        case .json: .jsonb
        }
    }

    var arrayType: PostgresType {
        switch self {
        case .bool: .boolArray
        case .integer: .int8Array
        case .double: .float8Array
        case .text: .textArray
        case .bytes: .byteaArray
        case .uuid: .uuidArray
        case .timestamp: .timestamptzArray
        case .json: .jsonbArray
        }
    }
}

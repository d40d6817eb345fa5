public import DashModel
public import FoundationEssentials

/// A statement whose values are bound, never spelt out: what is interpolated becomes `$1`, `$2`, ….
public struct SQLStatement: Sendable, Hashable, ExpressibleByStringInterpolation {
    /// The text between the values; always one more than there are values.
    private var fragments: [String]
    public private(set) var values: [SQLValue]
    /// False for a text that follows from a request's shape: an engine must not keep such ones compiled forever.
    public var isReusable = true

    /// Text that the program wrote itself; never a request's.
    public init(raw text: String) {
        fragments = [text]
        values = []
    }

    public init(stringLiteral value: String) { self.init(raw: value) }
    public init(stringInterpolation: Interpolation) { self = stringInterpolation.statement }

    /// The statement with its placeholders.
    public var text: String {
        var text = fragments[0]
        for index in values.indices { text += "$\(index + 1)\(fragments[index + 1])" }
        return text
    }

    public mutating func append(_ other: SQLStatement) {
        fragments[fragments.count - 1] += other.fragments[0]
        fragments += other.fragments.dropFirst()
        values += other.values
        isReusable = isReusable && other.isReusable
    }

    public mutating func append(raw text: String) { fragments[fragments.count - 1] += text }

    public mutating func append(value: SQLValue) {
        values.append(value)
        fragments.append("")
    }

    public static func + (lhs: SQLStatement, rhs: SQLStatement) -> SQLStatement {
        var sum = lhs
        sum.append(rhs)
        return sum
    }

    public struct Interpolation: StringInterpolationProtocol {
        var statement = SQLStatement(raw: "")

        public init(literalCapacity: Int, interpolationCount: Int) {}
        public mutating func appendLiteral(_ literal: String) { statement.append(raw: literal) }
        public mutating func appendInterpolation(_ value: SQLValue) { statement.append(value: value) }
        public mutating func appendInterpolation(_ other: SQLStatement) { statement.append(other) }
        public mutating func appendInterpolation(identifier: String) { statement.append(.identifier(identifier)) }
        public mutating func appendInterpolation(_ value: UUID) { statement.append(value: .uuid(value)) }
        public mutating func appendInterpolation(_ value: UUID?) {
            statement.append(value: value.map(SQLValue.uuid) ?? .null)
        }
        public mutating func appendInterpolation(_ value: Timestamp) { statement.append(value: .timestamp(value)) }
        public mutating func appendInterpolation(_ value: Timestamp?) {
            statement.append(value: value.map(SQLValue.timestamp) ?? .null)
        }
        public mutating func appendInterpolation(_ value: Int64) { statement.append(value: .integer(value)) }
        public mutating func appendInterpolation(_ value: Int) { statement.append(value: .integer(Int64(value))) }
        public mutating func appendInterpolation(_ value: String) { statement.append(value: .text(value)) }
        public mutating func appendInterpolation(_ value: String?) {
            statement.append(value: value.map(SQLValue.text) ?? .null)
        }
        public mutating func appendInterpolation(_ value: [UInt8]?) {
            statement.append(value: value.map(SQLValue.bytes) ?? .null)
        }
    }
}

extension SQLStatement {
    /// A name in standard SQL's double quotes, which every dialect of ours shares.
    public static func identifier(_ name: String) -> SQLStatement {
        SQLStatement(
            raw: "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
        )
    }
}

extension Sequence<SQLStatement> {
    public func joined(by separator: String) -> SQLStatement {
        var joined = SQLStatement(raw: "")
        for (index, part) in enumerated() {
            if index > 0 { joined.append(raw: separator) }
            joined.append(part)
        }
        return joined
    }
}

public import DashModel

/// What a dialect must know of a column to spell its type.
public struct ColumnType: Sendable, Hashable {
    public var table: String
    public var column: String
    public var type: AttributeType
    /// Encrypted text, whatever the type says.
    public var isSealed: Bool
    /// The SQL standard's own `integer` or `numeric`, where an engine would rather have its widest or fastest kind.
    public var isStandard: Bool

    public init(
        table: String,
        column: String,
        type: AttributeType,
        isSealed: Bool = false,
        isStandard: Bool = false
    ) {
        self.table = table
        self.column = column
        self.type = type
        self.isSealed = isSealed
        self.isStandard = isStandard
    }
}

public import DashJSON
public import DashModel

/// The answer to a `DataQuery`: `{"data":{"columns":…,"rows":…},"meta":…}`.
public struct DataResult: Sendable, Hashable {
    public struct Column: Sendable, Hashable {
        public var name: String
        /// `time`, `number`, `string`, `boolean` or `json`.
        public var type: String

        public init(name: String, type: String) {
            self.name = name
            self.type = type
        }
    }

    public var columns: [Column]
    /// Time cells are RFC 3339 text.
    public var rows: [[JSONValue]]
    public var bucketWidth: Duration?
    public var from: Timestamp
    public var to: Timestamp
    public var isRolledUp: Bool

    public init(
        columns: [Column],
        rows: [[JSONValue]],
        bucketWidth: Duration?,
        from: Timestamp,
        to: Timestamp,
        isRolledUp: Bool = false
    ) {
        self.columns = columns
        self.rows = rows
        self.bucketWidth = bucketWidth
        self.from = from
        self.to = to
        self.isRolledUp = isRolledUp
    }
}

public import DashJSON
public import DashModel

/// The answer to a `DataQuery`: `{"data":{"columns":…,"rows":…},"meta":…}`.
public struct DataResult: Sendable, Hashable {
    /// What a column is for, whatever its cells are.
    public enum Role: String, Sendable {
        /// The moment of a row: its bucket, or when the record came.
        case time
        /// By what rows are told apart.
        case group
        /// What is shown.
        case measure
    }

    public struct Column: Sendable, Hashable {
        public var name: String
        /// `time`, `number`, `string`, `boolean` or `json`.
        public var type: String
        public var role: Role

        public init(name: String, type: String, role: Role = .measure) {
            self.name = name
            self.type = type
            self.role = role
        }
    }

    /// How many groups an answer shows of how many there are in its range.
    public struct Groups: Sendable, Hashable {
        public var shown: Int
        public var total: Int

        public init(shown: Int, total: Int) {
            self.shown = shown
            self.total = total
        }
    }

    public var columns: [Column]
    /// Time cells are RFC 3339 text.
    public var rows: [[JSONValue]]
    public var bucketWidth: Duration?
    public var from: Timestamp
    public var to: Timestamp
    public var isRolledUp: Bool
    /// Whether the range holds rows, buckets or groups that the limits have left out.
    public var isTruncated: Bool
    /// nil without `group_by`.
    public var groups: Groups?
    /// When the newest record came that the answer could know of; nil when there is none.
    public var asOf: Timestamp?

    public init(
        columns: [Column],
        rows: [[JSONValue]],
        bucketWidth: Duration?,
        from: Timestamp,
        to: Timestamp,
        isRolledUp: Bool = false,
        isTruncated: Bool = false,
        groups: Groups? = nil,
        asOf: Timestamp? = nil
    ) {
        self.columns = columns
        self.rows = rows
        self.bucketWidth = bucketWidth
        self.from = from
        self.to = to
        self.isRolledUp = isRolledUp
        self.isTruncated = isTruncated
        self.groups = groups
        self.asOf = asOf
    }
}

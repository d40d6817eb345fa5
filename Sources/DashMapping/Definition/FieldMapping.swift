public import DashJSON

/// One field of the mapped record: where it comes from and what it becomes.
///
/// A missing value and `null` are the same: the default is taken if there is one, else a required field quarantines
/// the record and any other is left out. A path that can find several values gives an array of all it finds, with
/// each element turned into the type.
public struct FieldMapping: Sendable, Hashable {
    public var target: FieldPath
    /// nil: the field always has its default.
    public var source: JSONPath?
    public var type: FieldType
    /// How a timestamp is written; nil: found out from the value.
    public var format: TimestampFormat?
    public var defaultValue: JSONValue?
    public var isRequired: Bool

    public init(
        target: FieldPath,
        source: JSONPath?,
        type: FieldType = .json,
        format: TimestampFormat? = nil,
        defaultValue: JSONValue? = nil,
        isRequired: Bool = false
    ) {
        self.target = target
        self.source = source
        self.type = type
        self.format = format
        self.defaultValue = defaultValue
        self.isRequired = isRequired
    }
}

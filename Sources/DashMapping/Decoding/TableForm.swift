/// How a table is written.
public struct TableForm: Sendable, Hashable {
    /// What separates cells; nil: found out from the first rows.
    public var delimiter: UInt8?
    /// Whether the first row names the columns; otherwise they are `column_1`, `column_2` and so on.
    public var hasHeader: Bool?

    public init(delimiter: UInt8? = nil, hasHeader: Bool? = nil) {
        self.delimiter = delimiter
        self.hasHeader = hasHeader
    }

    /// The delimiters that a table may have, by the names that settings know them by.
    public static let delimiters: [(name: String, byte: UInt8)] = [
        ("comma", UInt8(ascii: ",")), ("semicolon", UInt8(ascii: ";")), ("tab", UInt8(ascii: "\t")),
        ("bar", UInt8(ascii: "|")),
    ]

    static func delimiter(named name: String) -> UInt8? { delimiters.first { $0.name == name }?.byte }
}

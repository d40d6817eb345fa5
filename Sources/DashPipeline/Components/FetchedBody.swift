public import DashJSON
public import DashMapping

/// Raw bytes as they came, to be decoded by the runner.
public struct FetchedBody: Sendable {
    public var bytes: [UInt8]
    /// A JSONPath that picks the records, nil for the whole body.
    public var recordsPath: String?
    /// As its content type or the config says.
    public var form: BodyForm
    /// The cursor to commit with the rows.
    public var cursor: JSONValue?
    /// Whether the source has more already: the next run follows at once instead of when it is due.
    public var hasMore: Bool
    /// What the source itself found to be no records.
    public var unreadable: [UnreadableRecord] = []
    /// Who answered and how the answer begins; asked for only when it can't be read.
    public var answer: @Sendable () -> String = { "The source's answer" }

    public init(
        bytes: [UInt8],
        recordsPath: String? = nil,
        form: BodyForm,
        cursor: JSONValue? = nil,
        hasMore: Bool = false
    ) {
        self.bytes = bytes
        self.recordsPath = recordsPath
        self.form = form
        self.cursor = cursor
        self.hasMore = hasMore
    }

    public init(
        bytes: [UInt8],
        recordsPath: String? = nil,
        framing: RecordsDecoder.Framing = .auto,
        cursor: JSONValue? = nil,
        hasMore: Bool = false
    ) {
        self.init(
            bytes: bytes,
            recordsPath: recordsPath,
            form: BodyForm(framing),
            cursor: cursor,
            hasMore: hasMore
        )
    }
}

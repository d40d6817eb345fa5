public import DashJSON

/// A body after decoding: its document, and which of its values are the records.
public struct DecodedRecords: Sendable {
    public let document: JSONDocument
    /// Tape indices, in order.
    public let roots: [Int]
    /// Pieces of the body that are no records.
    public let unreadable: [UnreadableRecord]
    /// How many bytes the records take once they are written, as far as can be told.
    public let byteCount: Int

    /// `byteCount` is the document's unless it is known better.
    public init(
        document: JSONDocument,
        roots: [Int],
        unreadable: [UnreadableRecord] = [],
        byteCount: Int? = nil
    ) {
        self.document = document
        self.roots = roots
        self.unreadable = unreadable
        self.byteCount = byteCount ?? document.bytes.count
    }

    public var count: Int { roots.count }

    /// Whether there are values, none of which could be a record.
    public var holdsOnlyOthers: Bool {
        !roots.isEmpty && !roots.contains { document.nodes[$0].kind == .object }
    }
}

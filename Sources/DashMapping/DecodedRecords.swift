public import DashJSON

/// A body after decoding: its document, and which of its values are the records.
public struct DecodedRecords: Sendable {
    public let document: JSONDocument
    /// Tape indices, in order.
    public let roots: [Int]
    /// Pieces of the body that are no records.
    public let unreadable: [UnreadableRecord]

    public init(document: JSONDocument, roots: [Int], unreadable: [UnreadableRecord] = []) {
        self.document = document
        self.roots = roots
        self.unreadable = unreadable
    }

    public var count: Int { roots.count }

    /// Whether there are values, none of which could be a record.
    public var holdsOnlyOthers: Bool {
        !roots.isEmpty && !roots.contains { document.nodes[$0].kind == .object }
    }
}

import DashJSON

/// In whose bytes something lies.
enum Origin: UInt8 {
    /// The source document.
    case document
    /// The program's constants.
    case program
    /// What conversions have written for the record at hand.
    case scratch
}

/// Some bytes, by where they lie. A key's are its text without quotes.
struct TextRange {
    var origin: Origin
    var isEscaped: Bool
    var start: Int
    var length: Int
}

/// A value on its way into a record: its JSON text by place, not by copy.
struct FieldValue {
    var origin: Origin
    var kind: JSONKind
    var flags: JSONNode.Flags
    var start: Int
    var length: Int
    /// Index on its origin's tape; -1 for what is on none.
    var node: Int

    @inline(__always)
    init(origin: Origin, kind: JSONKind, flags: JSONNode.Flags, start: Int, length: Int, node: Int = -1) {
        self.origin = origin
        self.kind = kind
        self.flags = flags
        self.start = start
        self.length = length
        self.node = node
    }

    @inline(__always)
    init(_ node: JSONNode, at index: Int, origin: Origin) {
        self.init(
            origin: origin,
            kind: node.kind,
            flags: node.flags,
            start: Int(node.start),
            length: Int(node.length),
            node: index
        )
    }
}

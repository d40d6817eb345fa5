/// Builds a document of flat objects whose values are texts: the rows of a table. The rows share the text of their keys,
/// so that long names of columns take no room in each of them.
public struct JSONRows: Sendable {
    private struct Key {
        var start: UInt32
        var length: UInt32
        var hash: UInt32
        var flags: JSONNode.Flags
    }

    private var bytes: [UInt8] = []
    private var nodes: [JSONNode] = []
    private var roots: [Int] = []
    private var keys: [Key] = []
    private let limits: JSONLimits
    /// `written` before the last row.
    private var writtenBefore = 0

    /// How many bytes the rows take once each is written with the names of its members, which lie here only once.
    public private(set) var written = 0

    public init(limits: JSONLimits = .records) { self.limits = limits }

    /// How many rows there are.
    public var count: Int { roots.count }

    /// A key for `add`; the caller sees to it that no two of a row have the same text.
    public mutating func addKey(_ text: String) -> Int {
        let start = bytes.count
        JSONEscaping.append(text, to: &bytes)
        var text = text
        let hash = text.withUTF8 { JSONKeyHash.hash($0) }
        var flags = JSONNode.Flags.key
        if bytes.count - start - 2 != text.utf8.count { flags.insert(.escaped) }
        if text.utf8.contains(0) { flags.insert(.unstorable) }
        keys.append(Key(start: UInt32(start), length: UInt32(bytes.count - start), hash: hash, flags: flags))
        return keys.count - 1
    }

    public mutating func beginRow() {
        writtenBefore = written
        roots.append(nodes.count)
        // Its members lie apart in the bytes, so that it can only be written member by member.
        nodes.append(
            JSONNode(kind: .object, flags: .rough, depth: 0, start: UInt32(bytes.count), length: 0, next: 0)
        )
    }

    /// Appends a value to the row. False: it is no UTF-8, and the row must be taken back.
    public mutating func add(_ text: UnsafeBufferPointer<UInt8>, key: Int) throws(JSONError) -> Bool {
        guard nodes.count + 2 <= limits.maxNodes else { throw JSONError(.tooManyValues, at: 0, in: []) }
        guard bytes.count + text.count <= limits.maxBytes else { throw JSONError(.tooLarge, at: 0, in: []) }
        guard UTF8Text.isValid(text) else { return false }
        let start = bytes.count
        JSONEscaping.append(text, to: &bytes)
        var flags: JSONNode.Flags = bytes.count - start - 2 != text.count ? .escaped : []
        let key = keys[key]
        if flags.contains(.escaped), text.contains(0) { flags.insert(.unstorable) }
        if let row = roots.last { nodes[row].flags.formUnion(flags.union(key.flags).intersection(.unstorable)) }
        nodes.append(
            JSONNode(kind: .string, flags: key.flags, depth: 1, start: key.start, length: key.length, next: key.hash)
        )
        written += Int(key.length) + bytes.count - start + 2
        let next = UInt32(nodes.count + 1)
        nodes.append(
            JSONNode(
                kind: .string,
                flags: flags,
                depth: 1,
                start: UInt32(start),
                length: UInt32(bytes.count - start),
                next: next
            )
        )
        return true
    }

    public mutating func endRow() {
        guard let row = roots.last else { return }
        nodes[row].next = UInt32(nodes.count)
    }

    /// Takes the row back that was begun last.
    public mutating func dropRow() {
        guard let row = roots.popLast() else { return }
        written = writtenBefore
        nodes.removeLast(nodes.count - row)
    }

    /// The rows as they are now.
    public consuming func document() -> JSONDocument { JSONDocument(bytes: bytes, nodes: nodes, roots: roots) }
}

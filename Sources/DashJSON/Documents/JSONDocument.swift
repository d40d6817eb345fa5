/// A validated JSON text with its tape: the bytes as they came, and one node for each value and key in them.
///
/// Nothing is copied or converted until it is asked for. Of equal keys the last one wins for every reader.
public final class JSONDocument: Sendable {
    /// The text as it came.
    public let bytes: [UInt8]
    /// The tape, in the order of the text.
    public let nodes: [JSONNode]
    /// Tape indices of the top values: one for a JSON text, one a line for NDJSON.
    public let roots: [Int]

    /// Checks one JSON text.
    public convenience init(parsing bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) {
        try self.init(bytes, framing: .single, limits: limits)
    }

    /// Checks any number of JSON values, each starting on a line of its own (NDJSON); blank lines are skipped.
    public convenience init(parsingLines bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) {
        try self.init(bytes, framing: .lines, limits: limits)
    }

    /// Reads values that stand one right behind the other, as Dash keeps records.
    public convenience init(parsingAdjacent bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) {
        try self.init(bytes, framing: .adjacent, limits: limits)
    }

    private init(_ bytes: [UInt8], framing: JSONParser.Framing, limits: JSONLimits) throws(JSONError) {
        guard bytes.count <= limits.maxBytes else { throw JSONError(.tooLarge, at: 0, in: []) }
        var failure: JSONFailure?
        var roots: [Int] = []
        // A closed value takes two bytes or more with what separates it, an open container one: so this many nodes
        // suffice for any text, and the pages that stay unused are never touched.
        let most = min(bytes.count + 2, bytes.count / 2 + limits.maxDepth + 4)
        let capacity = max(0, min(most, limits.maxNodes))
        let depth = min(limits.maxDepth, bytes.count) + 1
        let nodes = [JSONNode](unsafeUninitializedCapacity: capacity) { tape, count in
            guard let tapeBase = tape.baseAddress else {
                failure = JSONFailure(code: .tooManyValues, offset: 0)
                return
            }
            bytes.withUnsafeBufferPointer { text in
                guard let base = text.baseAddress else {
                    failure = framing != .single ? nil : JSONFailure(code: .unexpectedEnd, offset: 0)
                    return
                }
                withUnsafeTemporaryAllocation(of: JSONFrame.self, capacity: depth) { frames in
                    guard let frameBase = frames.baseAddress else { return }
                    let parser = JSONParser(
                        base: base,
                        end: text.count,
                        limits: limits,
                        nodes: tapeBase,
                        capacity: capacity,
                        frames: frameBase
                    )
                    (count, failure) = parser.parse(framing, roots: &roots)
                }
            }
        }
        if let failure { throw JSONError(failure.code, at: failure.offset, in: bytes) }
        self.bytes = bytes
        self.nodes = nodes
        self.roots = roots
    }

    /// Takes over a tape that was made otherwise than from a text.
    init(bytes: [UInt8], nodes: [JSONNode], roots: [Int]) {
        self.bytes = bytes
        self.nodes = nodes
        self.roots = roots
    }

    /// The only root of a JSON text, or the first of several lines.
    public var root: JSONView? { roots.first.map { JSONView(document: self, node: $0) } }

    /// A cursor at a tape index.
    public func view(_ node: Int) -> JSONView { JSONView(document: self, node: node) }

    /// Runs `body` on the bytes and the tape without any checks between; for loops over many values.
    @inlinable
    public func withUnsafeTape<Result>(
        _ body: (_ bytes: UnsafeBufferPointer<UInt8>, _ nodes: UnsafeBufferPointer<JSONNode>) -> Result
    ) -> Result {
        bytes.withUnsafeBufferPointer { bytes in nodes.withUnsafeBufferPointer { nodes in body(bytes, nodes) } }
    }
}

/// Checks many short texts one after the other and keeps nothing of them: for bodies in which some pieces are no JSON.
public final class JSONChecker {
    private let limits: JSONLimits
    private var nodes: UnsafeMutableBufferPointer<JSONNode>
    private let frames: UnsafeMutablePointer<JSONFrame>

    public init(limits: JSONLimits) {
        self.limits = limits
        nodes = .allocate(capacity: 0)
        frames = .allocate(capacity: limits.maxDepth + 1)
    }

    deinit {
        nodes.deallocate()
        frames.deallocate()
    }

    /// What a piece is, or why it is no JSON text.
    public func kind(of piece: Range<Int>, in bytes: UnsafeBufferPointer<UInt8>) throws(JSONError) -> JSONKind {
        guard let base = bytes.baseAddress else { throw JSONError(.unexpectedEnd, at: 0, in: []) }
        let most = min(piece.count + 2, piece.count / 2 + limits.maxDepth + 4)
        if nodes.count < most {
            nodes.deallocate()
            nodes = .allocate(capacity: max(most, nodes.count * 2))
        }
        guard let tape = nodes.baseAddress else { throw JSONError(.unexpectedEnd, at: 0, in: []) }
        let parser = JSONParser(
            base: base + piece.lowerBound,
            end: piece.count,
            limits: limits,
            nodes: tape,
            capacity: min(nodes.count, limits.maxNodes),
            frames: frames
        )
        var roots: [Int] = []
        if let failure = parser.parse(.single, roots: &roots).failure {
            throw JSONError(failure.code, at: failure.offset, in: Array(bytes[piece].prefix(failure.offset)))
        }
        return tape[0].kind
    }
}

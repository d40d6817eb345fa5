/// Writes a subtree without white space and replaced keys, in one walk along the tape.
public struct JSONCompaction {
    let base: UnsafePointer<UInt8>
    let nodes: UnsafeBufferPointer<JSONNode>

    public init(base: UnsafePointer<UInt8>, nodes: UnsafeBufferPointer<JSONNode>) {
        self.base = base
        self.nodes = nodes
    }

    /// Hands the text to `emit` piece by piece.
    @inline(never)
    public func append(_ root: Int, _ emit: (UnsafeBufferPointer<UInt8>) -> Void) {
        let node = nodes[root]
        guard node.flags.contains(.rough) else { return emit(raw(node)) }
        // Containers that are being written: where each ends, and how.
        var open: [(end: Int, isObject: Bool)] = []
        var index = root
        var needsComma = false
        repeat {
            while let last = open.last, index == last.end {
                emitByte(last.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"), emit)
                open.removeLast()
                needsComma = true
            }
            guard !open.isEmpty || index == root else { return }
            let node = nodes[index]
            if node.flags.contains(.overridden) {
                index = Int(nodes[index + 1].next)
                continue
            }
            if needsComma { emitByte(UInt8(ascii: ","), emit) }
            if node.flags.contains(.key) {
                emit(raw(node))
                emitByte(UInt8(ascii: ":"), emit)
                needsComma = false
                index += 1
            } else if node.flags.contains(.rough) {
                let isObject = node.kind == .object
                emitByte(isObject ? UInt8(ascii: "{") : UInt8(ascii: "["), emit)
                open.append((Int(node.next), isObject))
                needsComma = false
                index += 1
            } else {
                emit(raw(node))
                needsComma = true
                index = Int(node.next)
            }
        } while !open.isEmpty
    }

    private func raw(_ node: JSONNode) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: base + Int(node.start), count: Int(node.length))
    }

    private func emitByte(_ byte: UInt8, _ emit: (UnsafeBufferPointer<UInt8>) -> Void) {
        withUnsafePointer(to: byte) { emit(UnsafeBufferPointer(start: $0, count: 1)) }
    }
}

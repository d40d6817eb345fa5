/// Writes a subtree without white space, replaced keys and needless escapes, in one walk along the tape. Numbers keep their
/// digits.
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
        if node.kind == .string { return respell(node, emit) }
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
                write(node, emit)
                emitByte(UInt8(ascii: ":"), emit)
                needsComma = false
                index += 1
            } else if node.flags.contains(.rough), node.kind != .string {
                let isObject = node.kind == .object
                emitByte(isObject ? UInt8(ascii: "{") : UInt8(ascii: "["), emit)
                open.append((Int(node.next), isObject))
                needsComma = false
                index += 1
            } else {
                write(node, emit)
                needsComma = true
                index = Int(node.next)
            }
        } while !open.isEmpty
    }

    /// A text, or a value that is copied as it is.
    private func write(_ node: JSONNode, _ emit: (UnsafeBufferPointer<UInt8>) -> Void) {
        if node.flags.contains(.rough) { respell(node, emit) } else { emit(raw(node)) }
    }

    /// A text with the escapes it needs and no others.
    @inline(never)
    private func respell(_ node: JSONNode, _ emit: (UnsafeBufferPointer<UInt8>) -> Void) {
        var text: [UInt8] = []
        JSONUnescaping.withText(of: node, in: base) { JSONEscaping.append($0, to: &text) }
        text.withUnsafeBufferPointer(emit)
    }

    private func raw(_ node: JSONNode) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: base + Int(node.start), count: Int(node.length))
    }

    private func emitByte(_ byte: UInt8, _ emit: (UnsafeBufferPointer<UInt8>) -> Void) {
        withUnsafePointer(to: byte) { emit(UnsafeBufferPointer(start: $0, count: 1)) }
    }
}

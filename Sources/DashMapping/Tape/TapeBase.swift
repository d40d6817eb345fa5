import DashJSON

/// A document's bytes and tape as pointers.
struct TapeBase {
    let bytes: UnsafePointer<UInt8>
    let byteCount: Int
    let nodes: UnsafePointer<JSONNode>
    let nodeCount: Int

    /// nil for a document without values.
    init?(_ bytes: UnsafeBufferPointer<UInt8>, _ nodes: UnsafeBufferPointer<JSONNode>) {
        guard let byteBase = bytes.baseAddress, let nodeBase = nodes.baseAddress else { return nil }
        self.bytes = byteBase
        byteCount = bytes.count
        self.nodes = nodeBase
        nodeCount = nodes.count
    }
}

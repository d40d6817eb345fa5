import NIOCore

/// One file of `Public`, held in memory.
struct StaticFile: Sendable {
    var bytes: ByteBuffer
    var contentType: String
    /// The hash of its bytes: its ETag, and the `v` in the addresses our pages give out.
    var version: String
}

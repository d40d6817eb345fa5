import NIOCore

/// One event as it goes over the wire: made once, its bytes shared by every viewer.
struct LiveFrame: Sendable {
    var sequence: Int
    var bytes: ByteBuffer

    /// What keeps proxies and viewers from taking a quiet stream for a dead one.
    static let heartbeat = ByteBuffer(string: ": \n\n")
    /// How long a browser waits before it comes back after a cut.
    static let retry = ByteBuffer(string: "retry: 1000\n\n")

    init(sequence: Int, bytes: ByteBuffer) {
        self.sequence = sequence
        self.bytes = bytes
    }

    /// `data` is one line of JSON.
    init(position: LivePosition, event: String, data: [UInt8]) {
        var buffer = ByteBufferAllocator().buffer(capacity: data.count + event.utf8.count + 64)
        buffer.writeString("id: ")
        buffer.writeString(position.text)
        buffer.writeString("\nevent: ")
        buffer.writeString(event)
        buffer.writeString("\ndata: ")
        buffer.writeBytes(data)
        buffer.writeString("\n\n")
        self.init(sequence: position.sequence, bytes: buffer)
    }
}

import NIOCore

/// Tells whether bytes that brought a request to its end go on with the next one, whose beginning the parser keeps without a
/// word.
///
/// Where the parser stands it does not say. But a request ends in a blank line, or as many bytes behind one as its body
/// has. A body that is made to look like that line hides what follows it, which wins its sender no more than the time that
/// anybody has between two requests.
struct RequestRest {
    /// The three bytes ahead of what is read now.
    private var before: UInt32 = 0
    /// Bytes of the newest request's body in what is read now; none when its end is a blank line.
    private var body = 0
    private var hasLength = false
    private var hasBegun = false
    private var hasEnded = false

    mutating func begin(hasLength: Bool) {
        self.hasLength = hasLength
        body = 0
        hasBegun = true
        hasEnded = false
    }

    mutating func body(_ bytes: Int) {
        if hasLength { body += bytes }
    }

    mutating func end() { hasEnded = true }

    /// To be asked once for all that was read, when it has been parsed.
    mutating func remains(of read: ByteBuffer) -> Bool {
        defer {
            before = ending(read.readableBytesView)
            body = 0
            hasBegun = false
            hasEnded = false
        }
        guard hasEnded else { return false }
        if hasLength, !hasBegun { return read.readableBytes > body }
        return !Self.isBlankLine(ending(read.readableBytesView.dropLast(body)))
    }

    private func ending(_ bytes: ByteBufferView) -> UInt32 {
        bytes.suffix(3).reduce(before) { $0 << 8 | UInt32($1) } & 0xff_ffff
    }

    private static func isBlankLine(_ bytes: UInt32) -> Bool { bytes == 0x0a0d0a || bytes & 0xffff == 0x0a0a }
}

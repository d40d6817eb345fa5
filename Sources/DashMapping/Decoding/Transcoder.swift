import Glibc

/// Turns bytes of another encoding into UTF-8 while they arrive. What the encoding has no character for is a fault and
/// never a replacement character.
public final class Transcoder {
    private let charset: Charset
    private let handle: iconv_t
    /// The beginning of a character whose end has not come yet.
    private var rest: [UInt8] = []
    private var consumed = 0

    private static let pieceBytes = 64 << 10

    /// Throws when this system's C library can't read the encoding.
    public init(_ charset: Charset) throws(BodyError) {
        self.charset = charset
        // The C library says by -1 that it knows no such encoding.
        guard let handle = iconv_open("UTF-8", charset.name), Int(bitPattern: handle) != -1 else {
            throw BodyError(format: charset.name, reason: "this server can't read the encoding", line: 1)
        }
        self.handle = handle
    }

    deinit { iconv_close(handle) }

    /// The text of the next bytes, as far as their characters are complete.
    public func write(_ bytes: some Collection<UInt8>) throws(BodyError) -> [UInt8] {
        var input = rest + bytes
        var output: [UInt8] = []
        output.reserveCapacity(input.count * 3 / 2)
        let (left, isIllegal) = input.withUnsafeMutableBytes { convert($0, &output) }
        consumed += input.count - left
        guard !isIllegal else {
            throw BodyError(
                format: charset.name,
                reason: "a byte stands for no character, \(consumed) bytes from the beginning",
                line: 1 + output.count { $0 == UInt8(ascii: "\n") }
            )
        }
        rest = Array(input.suffix(left))
        return output
    }

    /// Throws when the last character is cut off.
    public func finish() throws(BodyError) {
        guard rest.isEmpty else {
            throw BodyError(format: charset.name, reason: "the last character is not complete", line: 1)
        }
    }

    /// How much is left of the input, and whether it is at fault.
    private func convert(_ input: UnsafeMutableRawBufferPointer, _ output: inout [UInt8]) -> (Int, Bool) {
        guard let base = input.bindMemory(to: CChar.self).baseAddress else { return (0, false) }
        var source: UnsafeMutablePointer<CChar>? = base
        var left = input.count
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Self.pieceBytes) { piece in
            while left > 0 {
                var target = piece.baseAddress
                var room = Self.pieceBytes
                let result = iconv(handle, &source, &left, &target, &room)
                let code = errno
                let made = UnsafeRawBufferPointer(piece).prefix(Self.pieceBytes - room)
                output.append(contentsOf: made)
                if result != -1 { continue }
                switch code {
                case E2BIG: continue
                case EINVAL: return (left, false)
                default: return (left, true)
                }
            }
            return (0, false)
        }
    }

    /// What text that begins so must go through: nil for UTF-8. A mark says more than `charset`, and stays in front.
    public static func needed(for head: [UInt8], _ charset: Charset?) throws(BodyError) -> Transcoder? {
        let charset = Charset.marked(head)?.charset ?? charset ?? .utf8
        return charset == .utf8 ? nil : try Transcoder(charset)
    }

    /// All of a body as UTF-8.
    static func text(of body: some Collection<UInt8>, in charset: Charset) throws(BodyError) -> [UInt8] {
        let transcoder = try Transcoder(charset)
        let text = try transcoder.write(body)
        try transcoder.finish()
        return text
    }
}

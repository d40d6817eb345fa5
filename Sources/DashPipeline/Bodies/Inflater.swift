import CZlib
public import DashModel

/// Inflates a gzip or deflate body piece by piece, and stops as soon as it grows past what is allowed: a bomb costs no more
/// memory than an honest body.
public final class Inflater {
    public enum Format: Sendable {
        case gzip
        /// zlib's form, or the bare one that some clients send under the same name.
        case deflate
    }

    /// What came out and was not taken yet.
    private var output: [UInt8] = []
    /// How much came out in all.
    private var produced: Int64 = 0

    private let format: Format
    private let limit: Int64
    private let ratioLimit: Int64?
    /// zlib keeps a pointer to it, so that it must never move.
    private let stream: UnsafeMutablePointer<z_stream>
    private let scratch: UnsafeMutableBufferPointer<UInt8>
    private var isOpen = false
    private var isAtEnd = false
    private var consumed: Int64 = 0

    private static let scratchSize = 32 * 1_024
    /// JSON seldom shrinks below a fiftieth; what was posted and passes this beyond the first megabyte was made to grow.
    public static let usualRatioLimit: Int64 = 200
    private static let ratioGrace: Int64 = 1 << 20

    /// `limit` is what may come out in all, in bytes; `ratioLimit` how many times as much as went in.
    public init(_ format: Format, limit: Int64, ratioLimit: Int64? = Inflater.usualRatioLimit) {
        self.format = format
        self.limit = limit
        self.ratioLimit = ratioLimit
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        scratch = .allocate(capacity: Self.scratchSize)
    }

    deinit {
        if isOpen { inflateEnd(stream) }
        stream.deinitialize(count: 1)
        stream.deallocate()
        scratch.deallocate()
    }

    /// Takes the next bytes of the body. Throws `DashError`: `.invalid` for what is not compressed so, `.tooLarge`.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(DashError) {
        guard let base = bytes.bindMemory(to: UInt8.self).baseAddress, !bytes.isEmpty else { return }
        if !isOpen { try open(first: bytes[0]) }
        consumed += Int64(bytes.count)
        stream.pointee.next_in = UnsafeMutablePointer(mutating: base)
        stream.pointee.avail_in = UInt32(clamping: bytes.count)
        while stream.pointee.avail_in > 0 {
            if isAtEnd { try nextMember() }
            try step()
        }
        // A full scratch may have left output inside zlib.
        while !isAtEnd, stream.pointee.avail_out == 0 { try step() }
        stream.pointee.next_in = nil
    }

    /// How many bytes came out since it was asked last.
    public var waiting: Int { output.count }

    /// What came out since it was asked last.
    public func takeOutput() -> [UInt8] {
        defer { output = [] }
        return output
    }

    /// The rest of the body; throws when it was cut short.
    public func finish() throws(DashError) -> [UInt8] {
        guard isAtEnd else { throw DashError(.invalid, "The compressed body ends too early.") }
        return takeOutput()
    }

    private func open(first: UInt8) throws(DashError) {
        let windowBits: Int32 =
            switch format {
            case .gzip: 15 + 16
            // The low half of a zlib header's first byte is 8; a bare deflate stream does not start so.
            case .deflate: first & 0x0f == 8 ? 15 : -15
            }
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(stream, windowBits, ZLIB_VERSION, size) == Z_OK else {
            throw DashError(.unavailable, "The body could not be inflated now.", retryAfter: .seconds(1))
        }
        isOpen = true
    }

    /// gzip allows several members one behind the other.
    private func nextMember() throws(DashError) {
        guard format == .gzip, inflateReset(stream) == Z_OK else { throw malformed }
        isAtEnd = false
    }

    private func step() throws(DashError) {
        stream.pointee.next_out = scratch.baseAddress
        stream.pointee.avail_out = UInt32(Self.scratchSize)
        let code = inflate(stream, Z_NO_FLUSH)
        // Z_BUF_ERROR only says that there was nothing to do.
        guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else { throw malformed }
        let count = Self.scratchSize - Int(stream.pointee.avail_out)
        produced += Int64(count)
        guard produced <= limit else {
            throw DashError(.tooLarge, "The body is larger than \(limit) bytes once it is inflated.")
        }
        output.append(contentsOf: UnsafeBufferPointer(rebasing: scratch[..<count]))
        let read = max(1, consumed - Int64(stream.pointee.avail_in))
        if let ratioLimit, produced > Self.ratioGrace, produced / read > ratioLimit {
            throw DashError(.tooLarge, "The body grows more than \(ratioLimit) times when it is inflated.")
        }
        if code == Z_STREAM_END { isAtEnd = true }
    }

    private var malformed: DashError { DashError(.invalid, "The body is not what its Content-Encoding says.") }
}

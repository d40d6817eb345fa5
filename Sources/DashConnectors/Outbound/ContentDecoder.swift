import CBrotli
import CZstd
import DashModel
import DashPipeline

/// Undoes the content encodings of answers: gzip (RFC 1952), deflate, Brotli (RFC 7932) and Zstandard (RFC 8878). The HTTP
/// client is left none of them, as it reads the first member of gzip only. Stops at the limit, so that a small answer can't
/// fill the memory.
enum ContentDecoder {
    /// What is asked for.
    static let accepted = "gzip, deflate, br, zstd"

    private static let pieceSize = 64 << 10
    private static let tooLarge = DashError(.tooLarge, "The answer is larger than allowed once it is decompressed.")

    /// The body as it was before its encoding; as it is for encodings that are not ours. Throws `DashError` `.tooLarge`
    /// or `.invalid`.
    static func decoded(_ body: [UInt8], encoding: String?, limit: Int) throws(DashError) -> [UInt8] {
        switch encoding?.lowercased() {
        case "gzip"?, "x-gzip"?: try inflated(body, .gzip, limit)
        case "deflate"?: try inflated(body, .deflate, limit)
        case "br"?: try brotli(body, limit)
        case "zstd"?: try zstd(body, limit)
        default: body
        }
    }

    private static func inflated(_ body: [UInt8], _ format: Inflater.Format, _ limit: Int) throws(DashError) -> [UInt8]
    {
        let inflater = Inflater(format, limit: Int64(limit), ratioLimit: nil)
        do throws(DashError) {
            try body.withUnsafeBufferPointer { bytes throws(DashError) in
                try inflater.write(UnsafeRawBufferPointer(bytes))
            }
            return try inflater.finish()
        } catch {
            switch error.code {
            case .tooLarge: throw tooLarge
            case .invalid: throw malformed(format == .gzip ? "gzip" : "deflate")
            default: throw error
            }
        }
    }

    private static func brotli(_ body: [UInt8], _ limit: Int) throws(DashError) -> [UInt8] {
        guard let state = BrotliDecoderCreateInstance(nil, nil, nil) else { throw malformed("Brotli") }
        defer { BrotliDecoderDestroyInstance(state) }
        var output: [UInt8] = []
        var consumed = 0
        while true {
            var result = BROTLI_DECODER_RESULT_ERROR
            let piece = [UInt8](unsafeUninitializedCapacity: pieceSize) { buffer, count in
                body.withUnsafeBufferPointer { input in
                    var left = input.count - consumed
                    var next = input.baseAddress.map { $0 + consumed }
                    var room = pieceSize
                    var target = buffer.baseAddress
                    result = BrotliDecoderDecompressStream(state, &left, &next, &room, &target, nil)
                    consumed = input.count - left
                    count = pieceSize - room
                }
            }
            guard output.count + piece.count <= limit else { throw tooLarge }
            output += piece
            if result == BROTLI_DECODER_RESULT_SUCCESS { return output }
            guard result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT else { throw malformed("Brotli") }
        }
    }

    private static func zstd(_ body: [UInt8], _ limit: Int) throws(DashError) -> [UInt8] {
        guard let context = ZSTD_createDCtx() else { throw malformed("Zstandard") }
        defer { ZSTD_freeDCtx(context) }
        var output: [UInt8] = []
        var consumed = 0
        var left = 1
        // Several frames may stand one behind the other.
        while consumed < body.count || left == 0 {
            var isFull = false
            let piece = [UInt8](unsafeUninitializedCapacity: pieceSize) { buffer, count in
                body.withUnsafeBytes { input in
                    var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: consumed)
                    var target = ZSTD_outBuffer(dst: buffer.baseAddress, size: pieceSize, pos: 0)
                    left = ZSTD_decompressStream(context, &target, &source)
                    consumed = source.pos
                    count = target.pos
                    isFull = target.pos == target.size
                }
            }
            guard ZSTD_isError(left) == 0 else { throw malformed("Zstandard") }
            guard output.count + piece.count <= limit else { throw tooLarge }
            output += piece
            if consumed == body.count, !isFull { break }
        }
        guard left == 0 else { throw malformed("Zstandard") }
        return output
    }

    private static func malformed(_ name: String) -> DashError {
        DashError(.invalid, "The answer is not what its Content-Encoding says, \(name).")
    }
}

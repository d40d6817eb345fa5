import CZlib
import DashModel

/// Compresses to the gzip format (RFC 1952). Equal input gives equal bytes: no time and no name are written.
enum Gzip {
    /// Throws `DashError` `.internal` when zlib refuses, which it does for want of memory only.
    static func compress(_ bytes: [UInt8]) throws -> [UInt8] {
        var stream = z_stream()
        // 16 more than the window's size asks for gzip's frame.
        let opened = deflateInit2_(
            &stream,
            Z_DEFAULT_COMPRESSION,
            Z_DEFLATED,
            15 + 16,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        guard opened == Z_OK else { throw DashError(.internal, "zlib could not be started.") }
        defer { deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
        let (code, count) = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                let code = deflate(&stream, Z_FINISH)
                return (code, target.count - Int(stream.avail_out))
            }
        }
        guard code == Z_STREAM_END else { throw DashError(.internal, "zlib could not compress the records.") }
        output.removeLast(output.count - count)
        return output
    }
}

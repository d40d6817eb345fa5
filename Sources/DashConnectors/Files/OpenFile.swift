#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A descriptor that somebody else opens and closes.
struct OpenFile: Sendable {
    let descriptor: Int32

    /// Writes all of the bytes where the file stands, however little the system takes at a time. Throws `FileError`.
    func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let slice = UnsafeRawBufferPointer(rebasing: rest)
                #if canImport(Glibc)
                    let written = Glibc.write(descriptor, slice.baseAddress, slice.count)
                #else
                    let written = Darwin.write(descriptor, slice.baseAddress, slice.count)
                #endif
                if written < 0 {
                    if errno == EINTR { continue }
                    throw FileError.last
                }
                rest = rest.dropFirst(written)
            }
        }
    }
}

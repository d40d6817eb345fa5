import CLibpq
import DashStorage

/// The way of a COPY's bytes to the server.
struct CopyStream {
    let connection: PostgresConnection

    /// The head of COPY's binary format: signature, no flags, no extension.
    static let head: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00] + [UInt8](repeating: 0, count: 8)

    /// Sends bytes; waits while the server can't take more.
    func send(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress?.assumingMemoryBound(to: CChar.self) else { return }
            while true {
                switch PQputCopyData(connection.handle, base, Int32(clamping: raw.count)) {
                case 1: return try connection.flush()
                case 0: try connection.flush()
                default: throw connection.lost()
                }
            }
        }
    }

    /// The format's tail and the end of the data.
    func end() throws {
        try send([0xFF, 0xFF])
        while true {
            switch PQputCopyEnd(connection.handle, nil) {
            case 1: return
            case 0: try connection.flush()
            default: throw connection.lost()
            }
        }
    }
}

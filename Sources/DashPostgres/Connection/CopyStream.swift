import CLibpq
import DashStorage

/// The way of a COPY's bytes to the server.
struct CopyStream {
    let connection: PostgresConnection

    /// The head of COPY's binary format: signature, no flags, no extension.
    static let head: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00] + [UInt8](repeating: 0, count: 8)
    /// libpq copies what it is given, so big buffers go in pieces.
    private static let piece = 1 << 20

    /// Sends bytes; waits while the server can't take more.
    func send(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress?.assumingMemoryBound(to: CChar.self) else { return }
            for start in stride(from: 0, to: raw.count, by: Self.piece) {
                let length = Int32(min(Self.piece, raw.count - start))
                try push { PQputCopyData(connection.handle, base + start, length) }
                try connection.flush()
            }
        }
    }

    /// The format's tail and the end of the data.
    func end() throws {
        try send([0xFF, 0xFF])
        try push { PQputCopyEnd(connection.handle, nil) }
    }

    /// Ends the data so that the server forgets the rows.
    func end(because reason: String) throws { try push { PQputCopyEnd(connection.handle, reason) } }

    /// Repeats while libpq's buffer is full.
    private func push(_ send: () -> Int32) throws {
        while true {
            switch send() {
            case 1: return
            case 0: try connection.flush()
            default: throw connection.lost()
            }
        }
    }
}

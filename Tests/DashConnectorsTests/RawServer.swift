import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A server on loopback that says the same bytes to whoever comes, whatever was asked, and then ends the connection or
/// stays silent.
final class RawServer: Sendable {
    let port: Int
    private let listener: CInt
    private let open = Mutex<[CInt]>([])
    private let isClosed = Mutex(false)

    convenience init(_ answer: String, thenCloses: Bool = true) throws {
        try self.init(Array(answer.utf8), thenCloses: thenCloses)
    }

    init(_ answer: [UInt8], thenCloses: Bool = true) throws {
        listener = try Self.listening()
        port = try Self.port(of: listener)
        let thread = Thread { [self] in serve(answer, thenCloses) }
        thread.start()
    }

    /// A port that nobody listens on.
    static func closedPort() throws -> Int {
        let file = try listening()
        defer { Glibc.close(file) }
        return try port(of: file)
    }

    func close() {
        isClosed.withLock { $0 = true }
        shutdown(listener, CInt(SHUT_RDWR))
        Glibc.close(listener)
        open.withLock { files in
            for file in files { Glibc.close(file) }
            files = []
        }
    }

    private func serve(_ answer: [UInt8], _ closes: Bool) {
        while true {
            let file = accept(listener, nil, nil)
            if file < 0 {
                if isClosed.withLock({ $0 }) { return }
                continue
            }
            // What was asked is read, so that the end of the connection is no reset.
            var buffer = [UInt8](repeating: 0, count: 65_536)
            if !answer.isEmpty || closes { _ = recv(file, &buffer, buffer.count, 0) }
            _ = send(file, answer, answer.count, CInt(MSG_NOSIGNAL))
            if closes {
                shutdown(file, CInt(SHUT_WR))
                while recv(file, &buffer, buffer.count, 0) > 0 {}
                Glibc.close(file)
            } else {
                open.withLock { $0.append(file) }
            }
        }
    }

    private static func listening() throws -> CInt {
        let file = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let code = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0, listen(file, 16) == 0 else { throw POSIXError(.EADDRINUSE) }
        return file
    }

    private static func port(of file: CInt) throws -> Int {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(file, $0, &size) }
        }
        guard code == 0 else { throw POSIXError(.EBADF) }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

import Glibc

/// A TCP connection to this machine.
struct Socket {
    let descriptor: Int32

    init(port: Int, blocking: Bool = true) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw BenchError("socket: errno \(errno)") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        guard result == 0 else {
            let reason = errno
            Glibc.close(descriptor)
            throw BenchError("connect to \(port): errno \(reason)")
        }
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        if !blocking { _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) }
    }

    func close() { _ = Glibc.close(descriptor) }

    /// Writes from `offset`; how much was taken, nil when the socket is full.
    func write(_ bytes: [UInt8], from offset: Int) throws -> Int? {
        let count = bytes.withUnsafeBytes { buffer in
            send(
                descriptor,
                buffer.baseAddress?.advanced(by: offset),
                buffer.count - offset,
                Int32(MSG_NOSIGNAL)
            )
        }
        if count >= 0 { return count }
        if errno == EAGAIN || errno == EWOULDBLOCK { return nil }
        throw BenchError("send: errno \(errno)")
    }

    /// Appends what has arrived; how much, nil when nothing waits. 0 is the end.
    func read(into bytes: inout [UInt8], room: Int = 65_536) throws -> Int? {
        let start = bytes.count
        var result = 0
        bytes.append(contentsOf: repeatElement(0, count: room))
        bytes.withUnsafeMutableBytes { buffer in
            result = recv(descriptor, buffer.baseAddress?.advanced(by: start), room, 0)
        }
        let reason = errno
        bytes.removeLast(room - max(0, result))
        if result >= 0 { return result }
        if reason == EAGAIN || reason == EWOULDBLOCK { return nil }
        throw BenchError("recv: errno \(reason)")
    }

    /// A port that nobody listens on at this moment.
    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { Glibc.close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard bound else { throw BenchError("no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

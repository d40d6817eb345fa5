import DashModel
import Glibc
import NIOCore

/// Finds out in bounded time whether a port answers, for libraries that would wait as long as the system does.
enum SocketProbe {
    /// Throws `DashError` `.unavailable` when it does not.
    static func reach(_ address: String, port: Int, within patience: Duration) throws {
        let target: SocketAddress
        do { target = try SocketAddress(ipAddress: address, port: port) } catch {
            throw DashError(.unavailable, "\(address) is no IP address.")
        }
        let family = target.protocol == .inet6 ? AF_INET6 : AF_INET
        let file = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | O_CLOEXEC, 0)
        guard file >= 0 else { throw FileError.last }
        defer { close(file) }
        let code = target.withSockAddr { connect(file, $0, socklen_t($1)) }
        if code == 0 { return }
        guard errno == EINPROGRESS else { throw unreachable(errno) }
        var entry = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
        let milliseconds = patience.components.seconds * 1_000
        guard poll(&entry, 1, Int32(clamping: milliseconds)) > 0 else {
            throw DashError(.unavailable, "The port \(port) does not answer.")
        }
        var failure: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(file, SOL_SOCKET, SO_ERROR, &failure, &size)
        guard failure == 0 else { throw unreachable(failure) }
    }

    private static func unreachable(_ code: Int32) -> DashError {
        let reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        return DashError(.unavailable, "The connection failed: \(reason).")
    }
}

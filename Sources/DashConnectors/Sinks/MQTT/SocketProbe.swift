import DashModel
import Glibc
import NIOCore

/// Finds out in bounded time whether a port answers, for libraries that would wait as long as the system does.
enum SocketProbe {
    /// Throws `DashError` `.unavailable` when it does not.
    static func reach(_ server: ServerName, within patience: Duration) throws {
        let target: SocketAddress
        do { target = try SocketAddress(ipAddress: server.address ?? server.host, port: server.port) } catch {
            throw DashError(.unavailable, "\(server) is no IP address.")
        }
        let family = target.protocol == .inet6 ? AF_INET6 : AF_INET
        let file = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | O_CLOEXEC, 0)
        guard file >= 0 else { throw FileError.last }
        defer { close(file) }
        let code = target.withSockAddr { connect(file, $0, socklen_t($1)) }
        if code == 0 { return }
        guard errno == EINPROGRESS else { throw unreachable(server, errno) }
        var entry = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
        let milliseconds = patience.components.seconds * 1_000
        guard poll(&entry, 1, Int32(clamping: milliseconds)) > 0 else {
            throw DashError(
                .unavailable,
                "\(server) did not take the connection within \(patience.components.seconds) s."
            )
        }
        var failure: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(file, SOL_SOCKET, SO_ERROR, &failure, &size)
        guard failure == 0 else { throw unreachable(server, failure) }
    }

    private static func unreachable(_ server: ServerName, _ code: Int32) -> DashError {
        DashError(.unavailable, OutboundFailure.unconnected(code, to: server))
    }
}

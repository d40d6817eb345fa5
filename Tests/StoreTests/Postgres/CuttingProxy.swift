import Dispatch
import Foundation
import Glibc
import Synchronization

/// A TCP proxy before a server that fails on demand: away, silent, or cutting a connection around its commit.
final class CuttingProxy: Sendable {
    enum Cut: Sendable { case beforeCommit, beforeCommitAnswer }

    private struct Guarded {
        var listener: Int32 = -1
        var connections: Set<Int32> = []
        var cut: Cut?
        var stopsWithCut = false
        var cuts = 0
        var isSilent = false
    }

    let port: UInt16
    private let target: UInt16
    private let guarded = Mutex(Guarded())

    init(to target: UInt16) throws {
        self.target = target
        let (listener, port) = try Self.listen(on: 0)
        self.port = port
        guarded.withLock { $0.listener = listener }
        accept(on: listener)
    }

    deinit { stop() }

    /// The server's address by way of the proxy.
    func url(of server: String) throws -> String {
        guard var components = URLComponents(string: server) else { throw Unexpected("no address: \(server)") }
        components.host = "127.0.0.1"
        components.port = Int(port)
        components.queryItems =
            (components.queryItems ?? []) + [
                URLQueryItem(name: "sslmode", value: "disable"), URLQueryItem(name: "gssencmode", value: "disable"),
            ]
        return components.string ?? server
    }

    /// How many connections were cut at their commit.
    var cuts: Int { guarded.withLock { $0.cuts } }

    /// Cuts the next connection that commits, once; `andStop`: and all others with it, and is away from then on.
    func cutNext(_ cut: Cut, andStop: Bool = false) {
        guarded.withLock {
            $0.cut = cut
            $0.stopsWithCut = andStop
        }
    }

    /// Nothing passes any more, and nothing is closed: a server that stands still.
    func silence() { guarded.withLock { $0.isSilent = true } }

    /// What stood still goes on.
    func speak() { guarded.withLock { $0.isSilent = false } }

    /// Closes everything; connections are refused.
    func stop() { guarded.withLock { Self.stop(&$0) } }

    private static func stop(_ guarded: inout Guarded) {
        if guarded.listener >= 0 { shutdown(guarded.listener, Int32(SHUT_RDWR)) }
        guarded.listener = -1
        for connection in guarded.connections { shutdown(connection, Int32(SHUT_RDWR)) }
    }

    /// Listens on the same port again.
    func start() throws {
        let (listener, _) = try Self.listen(on: port)
        guarded.withLock { $0.listener = listener }
        accept(on: listener)
    }

    private func accept(on listener: Int32) {
        DispatchQueue(label: "proxy").async { [weak self] in
            defer { close(listener) }
            while true {
                let client = Glibc.accept(listener, nil, nil)
                guard client >= 0, let self else {
                    if client >= 0 { close(client) }
                    return
                }
                guard let server = try? Self.connect(to: self.target) else {
                    close(client)
                    continue
                }
                self.guarded.withLock { $0.connections.formUnion([client, server]) }
                DispatchQueue(label: "proxy.connection").async { self.pass(client, server) }
            }
        }
    }

    private func pass(_ client: Int32, _ server: Int32) {
        defer {
            guarded.withLock { $0.connections.subtract([client, server]) }
            close(client)
            close(server)
        }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            var sockets = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                pollfd(fd: server, events: Int16(POLLIN), revents: 0),
            ]
            // Whoever is silent looks now and then whether it may speak again.
            let isSilent = guarded.withLock { $0.isSilent }
            if isSilent {
                sockets[0].events = 0
                sockets[1].events = 0
            }
            guard poll(&sockets, 2, isSilent ? 10 : 100) >= 0 else { return }
            for (index, socket) in sockets.enumerated() where socket.revents != 0 {
                if guarded.withLock({ $0.isSilent }), socket.revents & Int16(POLLHUP) == 0 { continue }
                let count = read(socket.fd, &buffer, buffer.count)
                guard count > 0, !cuts(buffer[..<count], fromClient: index == 0) else { return }
                guard Self.write(buffer[..<count], to: index == 0 ? server : client) else { return }
            }
        }
    }

    /// `COMMIT` with its end is the text of a statement on the way there, and the tag of its success on the way back.
    private func cuts(_ bytes: ArraySlice<UInt8>, fromClient: Bool) -> Bool {
        guarded.withLock { guarded in
            guard let cut = guarded.cut, (cut == .beforeCommit) == fromClient else { return false }
            guard bytes.firstRange(of: Array("COMMIT".utf8) + [0]) != nil else { return false }
            guarded.cut = nil
            guarded.cuts += 1
            if guarded.stopsWithCut { Self.stop(&guarded) }
            return true
        }
    }

    private static func write(_ bytes: ArraySlice<UInt8>, to socket: Int32) -> Bool {
        bytes.withUnsafeBytes { raw in
            var sent = 0
            while sent < raw.count {
                let count = send(
                    socket,
                    raw.baseAddress.map { $0 + sent },
                    raw.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }

    private static func listen(on port: UInt16) throws -> (socket: Int32, port: UInt16) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = loopback(port)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && Glibc.listen(listener, 64) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound else {
            close(listener)
            throw Unexpected("the proxy can't listen: \(errno)")
        }
        return (listener, UInt16(bigEndian: address.sin_port))
    }

    private static func connect(to port: UInt16) throws -> Int32 {
        let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port)
        let isConnected = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else {
            close(connection)
            throw Unexpected("the proxy can't connect: \(errno)")
        }
        return connection
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}

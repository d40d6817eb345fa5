import Foundation
import Glibc
import Synchronization

/// Stands between a sink and its server on loopback, and breaks the connection as told. One thread a direction.
final class FaultProxy: Sendable {
    enum Mode: Sendable {
        case up
        /// Takes nothing: connections are closed at once.
        case down
        /// Takes everything and passes nothing on.
        case stalled
    }

    private struct State {
        var mode = Mode.up
        /// So many more bytes go to the server, then it is down.
        var remaining: Int?
        var sockets: Set<Int32> = []
        var target: UInt16
    }

    private let state: Mutex<State>
    private let listener: Int32
    let port: Int

    init(to target: Int) throws {
        (listener, port) = try Self.listen()
        state = Mutex(State(target: UInt16(target)))
        Thread.detachNewThread { self.accept() }
    }

    /// A port that nobody listens on, with so many free ones behind it.
    static func freePort(followedBy others: Int = 0) throws -> Int {
        for _ in 0..<50 {
            let (listener, port) = try listen()
            defer { Glibc.close(listener) }
            // A server with several ports takes as many more, ten thousand above.
            guard others == 0 || port + 10_000 + others <= UInt16.max else { continue }
            let sockets = (0..<others).map { try? listen(port: UInt16(clamping: port + 1 + $0)).socket }
            for socket in sockets { if let socket { Glibc.close(socket) } }
            if !sockets.contains(nil) { return port }
        }
        throw POSIXError(.EADDRINUSE)
    }

    private static func listen(port: UInt16 = 0) throws -> (socket: Int32, port: Int) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        var address = address(port: port)
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0, Glibc.listen(listener, 64) == 0 else {
            Glibc.close(listener)
            throw POSIXError(.EADDRINUSE)
        }
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &size) }
        }
        return (listener, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// What is open breaks, unless the proxy is up.
    func set(_ mode: Mode) {
        state.withLock { state in
            state.mode = mode
            state.remaining = nil
            // Within the lock: a socket that is closed meanwhile may already be somebody else's by its number.
            if case .down = mode { for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) } }
        }
    }

    /// Goes down in the middle of what comes next.
    func goDown(after bytes: Int) { state.withLock { $0.remaining = bytes } }

    func close() {
        set(.down)
        // Its thread closes it: were it closed here, the thread might accept for whoever gets the number next.
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else {
                Glibc.close(listener)
                return
            }
            let (mode, target) = state.withLock { ($0.mode, $0.target) }
            if case .down = mode {
                Glibc.close(client)
                continue
            }
            let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
            var address = Self.address(port: target)
            let isConnected = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            guard isConnected else {
                Glibc.close(client)
                Glibc.close(server)
                continue
            }
            state.withLock { $0.sockets.formUnion([client, server]) }
            let ends = Mutex(2)
            let finished: @Sendable () -> Void = {
                guard
                    ends.withLock({
                        $0 -= 1; return $0 == 0
                    })
                else { return }
                self.state.withLock { $0.sockets.subtract([client, server]) }
                Glibc.close(client)
                Glibc.close(server)
            }
            Thread.detachNewThread { self.relay(client, server, isUpstream: true, finished) }
            Thread.detachNewThread { self.relay(server, client, isUpstream: false, finished) }
        }
    }

    private func relay(_ from: Int32, _ to: Int32, isUpstream: Bool, _ finished: () -> Void) {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = recv(from, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            let allowed = state.withLock { state -> Int? in
                switch state.mode {
                case .down: return nil
                case .stalled: return 0
                case .up: break
                }
                guard isUpstream, let remaining = state.remaining else { return count }
                state.remaining = remaining - count
                if remaining <= count {
                    state.mode = .down
                    state.remaining = nil
                }
                return min(remaining, count)
            }
            guard let allowed else { break }
            var sent = 0
            while sent < allowed {
                let wrote = buffer.withUnsafeBytes {
                    send(to, $0.baseAddress.map { $0 + sent }, allowed - sent, Int32(MSG_NOSIGNAL))
                }
                guard wrote > 0 else { break }
                sent += wrote
            }
            let isDown = state.withLock { if case .down = $0.mode { true } else { false } }
            if isDown || sent < allowed { break }
        }
        shutdown(from, Int32(SHUT_RDWR))
        shutdown(to, Int32(SHUT_RDWR))
        finished()
    }

    private static func address(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}

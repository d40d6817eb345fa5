import Foundation
import Glibc

/// Keeps a number of connections busy with prepared requests, from one thread, so that the client costs little.
final class LoadClient {
    struct Result {
        var accepted = 0
        var refused: [Int: Int] = [:]
        var seconds = 0.0
        /// Milliseconds from the request's first byte to the whole answer.
        var latencies: [Double] = []

        var rate: Double { seconds > 0 ? Double(accepted) / seconds : 0 }
    }

    private struct Connection {
        let socket: Socket
        var request = 0
        var written = 0
        var answer: [UInt8] = []
        var sentAt = 0.0
    }

    private var connections: [Connection] = []
    private var waits: [pollfd] = []
    private let requests: [[UInt8]]

    init(port: Int, connections count: Int, requests: [[UInt8]]) throws {
        self.requests = requests
        for index in 0..<count {
            let socket = try Socket(port: port, blocking: false)
            connections.append(Connection(socket: socket, request: index))
            waits.append(pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0))
        }
    }

    deinit {
        for connection in connections { connection.socket.close() }
    }

    /// Warms up, then counts the answers of one window.
    func run(warmUp: Double = 0.5, seconds: Double) throws -> Result {
        var result = Result()
        let start = monotonicSeconds()
        for index in connections.indices { try begin(index) }
        while true {
            poll(&waits, nfds_t(waits.count), 100)
            let now = monotonicSeconds()
            if now - start >= warmUp + seconds { break }
            for index in waits.indices where waits[index].revents != 0 {
                try advance(index, now, counts: now - start >= warmUp, &result)
            }
        }
        result.seconds = monotonicSeconds() - start - warmUp
        return result
    }

    private func begin(_ index: Int) throws {
        connections[index].sentAt = monotonicSeconds()
        connections[index].written = 0
        try flush(index)
    }

    private func flush(_ index: Int) throws {
        let request = requests[connections[index].request % requests.count]
        waits[index].events = Int16(POLLIN)
        while connections[index].written < request.count {
            guard let count = try connections[index].socket.write(request, from: connections[index].written) else {
                waits[index].events |= Int16(POLLOUT)
                return
            }
            connections[index].written += count
        }
    }

    private func advance(_ index: Int, _ now: Double, counts: Bool, _ result: inout Result) throws {
        if waits[index].revents & Int16(POLLOUT) != 0 { try flush(index) }
        while let count = try connections[index].socket.read(into: &connections[index].answer, room: 4_096) {
            guard count > 0 else { throw BenchError("the server closed a connection under load") }
            if count < 4_096 { break }
        }
        guard let whole = HTTPMessage.response(in: connections[index].answer) else { return }
        if counts {
            if (200..<300).contains(whole.status) {
                result.accepted += 1
            } else {
                result.refused[whole.status, default: 0] += 1
            }
            result.latencies.append((now - connections[index].sentAt) * 1_000)
        }
        connections[index].answer.removeAll(keepingCapacity: true)
        connections[index].request += connections.count
        try begin(index)
    }
}

/// Seconds of a clock that only goes forward.
func monotonicSeconds() -> Double { ProcessInfo.processInfo.systemUptime }

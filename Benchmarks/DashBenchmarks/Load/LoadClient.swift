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
    /// Set while requests go out at a pace: when the next one is due.
    private var nextDue: Double?
    private var idle: [Int] = []

    init(port: Int, connections count: Int, requests: [[UInt8]]) throws {
        self.requests = requests
        for index in 0..<count {
            let socket = try Socket(port: port, blocking: false)
            connections.append(Connection(socket: socket, request: index))
            waits.append(pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0))
        }
    }

    deinit { close() }

    /// Ends the connections; what was sent may still be worked on.
    func close() {
        for connection in connections { connection.socket.close() }
        connections = []
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

    /// Sends at a steady pace, whether answers come or not. A latency counts from when the request was due, so that a
    /// slow answer isn't hidden by the requests that waited behind it.
    func run(pace: Double, warmUp: Double = 0.5, seconds: Double) throws -> Result {
        var result = Result()
        let start = monotonicSeconds()
        nextDue = start
        idle = Array(connections.indices.reversed())
        defer { nextDue = nil }
        while true {
            var now = monotonicSeconds()
            if now - start >= warmUp + seconds { break }
            while let due = nextDue, due <= now, let index = idle.popLast() {
                try begin(index, dueAt: due)
                nextDue = due + 1 / pace
            }
            // A wait of whole milliseconds delays a request by up to one, which its latency has then; to wait for less
            // would take a core from the server.
            poll(&waits, nfds_t(waits.count), idle.isEmpty ? 100 : 1)
            now = monotonicSeconds()
            for index in waits.indices where waits[index].revents != 0 {
                try advance(index, now, counts: now - start >= warmUp, &result)
            }
        }
        result.seconds = monotonicSeconds() - start - warmUp
        return result
    }

    private func begin(_ index: Int, dueAt: Double? = nil) throws {
        connections[index].sentAt = dueAt ?? monotonicSeconds()
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
        if nextDue == nil { try begin(index) } else { idle.append(index) }
    }
}

/// Seconds of a clock that only goes forward.
func monotonicSeconds() -> Double { ProcessInfo.processInfo.systemUptime }

import Foundation
import Glibc
import Synchronization

/// Takes webhooks on a port of its own and notes when each record's `"mark"` arrived. One thread a connection.
final class HookReceiver: Sendable {
    private let listener: Int32
    private let answers: Bool
    private let arrivals = Mutex<[Int: Double]>([:])
    private let news = NSCondition()
    let port: Int

    /// One that does not answer keeps who posts to it waiting.
    init(answers: Bool = true) throws {
        self.answers = answers
        port = try Socket.freePort()
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let listener = listener
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isBound, listen(listener, 64) == 0 else { throw BenchError("no receiver on port \(port)") }
        Thread.detachNewThread {
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                Thread.detachNewThread { self.serve(connection) }
            }
            close(listener)
        }
    }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    /// When the mark arrived.
    func arrival(of mark: Int, within seconds: Double) throws -> Double {
        let deadline = Date(timeIntervalSinceNow: seconds)
        news.lock()
        defer { news.unlock() }
        while true {
            if let time = arrivals.withLock({ $0.removeValue(forKey: mark) }) { return time }
            guard news.wait(until: deadline) else { throw BenchError("mark \(mark) did not arrive") }
        }
    }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        var one: Int32 = 1
        setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        var bytes: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 65_536)
        while case let count = recv(connection, &room, room.count, 0), count > 0 {
            bytes += room[..<count]
            while let end = Self.end(ofRequestIn: bytes) {
                note(String(decoding: bytes[..<end], as: UTF8.self))
                bytes.removeFirst(end)
                guard answers else { continue }
                let answer = Array("HTTP/1.1 204 No Content\r\n\r\n".utf8)
                send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
            }
        }
    }

    private func note(_ request: String) {
        let now = monotonicSeconds()
        for part in request.components(separatedBy: "\"mark\":").dropFirst() {
            guard let mark = Int(part.prefix(while: \.isNumber)) else { continue }
            arrivals.withLock { $0[mark] = now }
        }
        news.lock()
        news.broadcast()
        news.unlock()
    }

    private static func end(ofRequestIn bytes: [UInt8]) -> Int? {
        guard let head = HTTPMessage.end(ofHeadIn: bytes) else { return nil }
        let fields = String(decoding: bytes[..<head], as: UTF8.self).lowercased()
        let length = fields.components(separatedBy: "content-length:").dropFirst().first.map {
            Int($0.drop(while: { $0 == " " }).prefix(while: \.isNumber)) ?? 0
        }
        let end = head + (length ?? 0)
        return bytes.count >= end ? end : nil
    }
}

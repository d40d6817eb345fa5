import Glibc

/// One viewer of a server-sent event stream.
final class EventStream {
    private let socket: Socket
    private var bytes: [UInt8] = []
    var descriptor: Int32 { socket.descriptor }

    /// Opens the stream and waits for its head.
    init(port: Int, path: String, headers: [(String, String)] = []) throws {
        let blocking = try Socket(port: port)
        let request = HTTPMessage.request("GET", path, headers: headers + [("accept", "text/event-stream")])
        guard try blocking.write(request, from: 0) == request.count else { throw BenchError("short write") }
        while HTTPMessage.end(ofHeadIn: bytes) == nil {
            if try blocking.read(into: &bytes) == 0 { throw BenchError("the event stream closed") }
        }
        guard bytes.starts(with: Array("HTTP/1.1 200".utf8)) else {
            throw BenchError("event stream \(path): \(String(decoding: bytes.prefix(300), as: UTF8.self))")
        }
        _ = fcntl(blocking.descriptor, F_SETFL, fcntl(blocking.descriptor, F_GETFL) | O_NONBLOCK)
        socket = blocking
    }

    /// Reads what has arrived; whether the text was in it.
    func receive(until text: String) throws -> Bool {
        while let count = try socket.read(into: &bytes) {
            if count == 0 { throw BenchError("the event stream closed") }
        }
        let found = String(decoding: bytes, as: UTF8.self).contains(text)
        if found { bytes.removeAll(keepingCapacity: true) }
        return found
    }

    func close() { socket.close() }
}

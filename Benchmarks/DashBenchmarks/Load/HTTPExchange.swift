import DashJSON
import Glibc

/// One request and its answer over a connection that stays open: for set-up, not for load.
final class HTTPExchange {
    private var socket: Socket?
    private let port: Int
    private let headers: [(String, String)]
    private var usedAt = 0.0

    /// A server ends a connection that is left alone for long.
    private static let patience = 30.0

    init(port: Int, headers: [(String, String)] = []) {
        self.port = port
        self.headers = headers
    }

    deinit { socket?.close() }

    @discardableResult
    func send(
        _ method: String,
        _ path: String,
        _ body: JSONValue? = nil,
        type: String = "application/json",
        expecting statuses: [Int] = [200, 201, 202, 204]
    ) throws -> (status: Int, json: JSONValue) {
        let answer = try exchange(method, path, body, type: type, expecting: statuses)
        return (answer.status, (try? JSONValue(parsing: answer.body)) ?? .null)
    }

    /// The answer as it came.
    func exchange(
        _ method: String,
        _ path: String,
        _ body: JSONValue? = nil,
        type: String = "application/json",
        expecting statuses: [Int] = [200, 201, 202, 204]
    ) throws -> (status: Int, body: [UInt8]) {
        if monotonicSeconds() - usedAt > Self.patience {
            socket?.close()
            socket = nil
        }
        usedAt = monotonicSeconds()
        let connection = try socket ?? Socket(port: port)
        socket = connection
        var fields = headers
        if body != nil { fields.append(("content-type", type)) }
        let request = HTTPMessage.request(method, path, headers: fields, body: body?.encoded() ?? [])
        var written = 0
        while written < request.count { written += try connection.write(request, from: written) ?? 0 }
        var answer: [UInt8] = []
        while true {
            if let whole = HTTPMessage.response(in: answer) {
                let body = Array(answer[whole.body])
                guard statuses.contains(whole.status) else {
                    throw BenchError(
                        "\(method) \(path) → \(whole.status) \(String(decoding: body.prefix(400), as: UTF8.self))"
                    )
                }
                return (whole.status, body)
            }
            if try connection.read(into: &answer) == 0 { throw BenchError("\(method) \(path): connection closed") }
        }
    }
}

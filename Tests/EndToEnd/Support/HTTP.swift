import AsyncHTTPClient
import DashJSON
import NIOCore
import NIOHTTP1

/// Requests to one server, over connections of their own.
struct HTTP: Sendable {
    let base: String
    let client: HTTPClient
    var headers: [(String, String)] = []

    /// Lends a client to the closure and shuts it down afterwards.
    @discardableResult
    static func with<Value>(_ base: String, _ body: (HTTP) async throws -> Value) async throws -> Value {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(60), read: .seconds(300))
        )
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        // A server that was killed must be an error at once, not a wait for the next one.
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(configuration: configuration)
        do {
            let value = try await body(HTTP(base: base, client: client))
            try await client.shutdown()
            return value
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    func with(token: String) -> HTTP {
        var copy = self
        copy.headers.append(("authorization", "Bearer \(token)"))
        return copy
    }

    func send(
        _ method: String,
        _ path: String,
        headers extra: [(String, String)] = [],
        body: [UInt8]? = nil,
        timeout: TimeAmount = .seconds(300)
    ) async throws -> Reply {
        var request = HTTPClientRequest(url: path.hasPrefix("http") ? path : base + path)
        request.method = HTTPMethod(rawValue: method)
        for (name, value) in headers + extra { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await client.execute(request, timeout: timeout)
        let buffer = try await response.body.collect(upTo: 64 << 20)
        var fields: [String: String] = [:]
        for (name, value) in response.headers { fields[name.lowercased()] = value }
        return Reply(status: Int(response.status.code), headers: fields, body: Array(buffer.readableBytesView))
    }

    func get(_ path: String) async throws -> Reply { try await send("GET", path) }

    func post(_ path: String, json: JSONValue, headers: [(String, String)] = []) async throws -> Reply {
        try await send("POST", path, headers: [("content-type", "application/json")] + headers, body: json.encoded())
    }
}

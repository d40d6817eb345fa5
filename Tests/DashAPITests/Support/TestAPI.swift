import DashJSON
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

/// Who a test request comes from.
enum Caller: Sendable {
    case nobody
    case token(String)
    /// A browser with its cookie and CSRF token.
    case session(cookie: String, csrf: String?)

    var headers: HTTPFields {
        switch self {
        case .nobody: return [:]
        case .token(let token): return [.authorization: "Bearer \(token)"]
        case .session(let cookie, let csrf):
            var headers: HTTPFields = [.cookie: "theme=dark; dash_session=\(cookie)"]
            if let csrf, let name = HTTPField.Name("X-CSRF-Token") { headers[name] = csrf }
            return headers
        }
    }
}

/// An answer with its body read.
struct Answer: Sendable {
    var status: Int
    var headers: HTTPFields
    var body: JSONValue
    var text: String

    var data: JSONValue { body["data"] ?? .null }
    var id: String { data["id"]?.stringValue ?? "" }
    var rows: [JSONValue] { data.arrayValue ?? [] }
    var errors: [JSONValue] { body["errors"]?.arrayValue ?? [] }
    var pointers: [String] { errors.compactMap { $0["source"]?["pointer"]?.stringValue } }
    var parameters: [String] { errors.compactMap { $0["source"]?["parameter"]?.stringValue } }

    func attribute(_ name: String) -> JSONValue { data["attributes"]?[name] ?? .null }
}

/// Asks the API under test.
struct TestAPI: Sendable {
    let client: any TestClientProtocol

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ document: JSONValue? = nil,
        as caller: Caller = .nobody,
        headers extra: HTTPFields = [:],
        raw: String? = nil
    ) async throws -> Answer {
        var headers = caller.headers
        if document != nil || raw != nil { headers[.contentType] = "application/vnd.api+json" }
        for field in extra { headers[field.name] = field.value }
        let body = raw ?? document?.text
        let response = try await client.executeRequest(
            uri: path.hasPrefix("/") ? path : "/api/v1/" + path,
            method: method,
            headers: headers,
            body: body.map { ByteBuffer(string: $0) }
        )
        let text = String(buffer: response.body)
        let json = text.isEmpty ? JSONValue.null : try JSONValue(parsing: text)
        return Answer(status: response.status.code, headers: response.headers, body: json, text: text)
    }

    func get(_ path: String, as caller: Caller) async throws -> Answer { try await send(.get, path, as: caller) }

    /// Creates a row from attributes and to-one relationships given as `name: (type, id)`.
    func create(
        _ type: String,
        _ attributes: JSONValue,
        _ links: [String: (String, String)] = [:],
        as caller: Caller
    ) async throws -> Answer {
        try await send(.post, type, Self.document(type, nil, attributes, links), as: caller)
    }

    func update(_ type: String, _ id: String, _ attributes: JSONValue, as caller: Caller) async throws -> Answer {
        try await send(.patch, "\(type)/\(id)", Self.document(type, id, attributes), as: caller)
    }

    static func document(
        _ type: String,
        _ id: String?,
        _ attributes: JSONValue,
        _ links: [String: (String, String)] = [:]
    ) -> JSONValue {
        var data = JSONObject([("type", .string(type)), ("attributes", attributes)])
        if let id { data["id"] = .string(id) }
        if !links.isEmpty {
            let pairs = links.sorted { $0.key < $1.key }.map { name, target -> (String, JSONValue) in
                (name, ["data": ["type": .string(target.0), "id": .string(target.1)]])
            }
            data["relationships"] = .object(JSONObject(pairs))
        }
        return .object(JSONObject([("data", .object(data))]))
    }
}

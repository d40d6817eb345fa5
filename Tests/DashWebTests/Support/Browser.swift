import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Synchronization

/// A browser as far as the pages can tell: it keeps cookies and sends forms back with their hidden fields.
final class Browser: Sendable {
    private let client: any TestClientProtocol
    private let cookies = Mutex<[String: String]>([:])

    init(_ client: any TestClientProtocol, session: String? = nil) {
        self.client = client
        if let session { cookies.withLock { $0["dash_session"] = session } }
    }

    struct Page {
        var status: HTTPResponse.Status
        var headers: HTTPFields
        var text: String

        /// The token in the page's first form.
        var csrf: String? {
            text.firstMatch(of: /name="_csrf" value="([^"]*)"/).map { String($0.output.1) }
        }
    }

    func get(_ path: String, headers: HTTPFields = [:]) async throws -> Page {
        try await send(.get, path, headers, nil)
    }

    func post(_ path: String, _ fields: [(String, String)], headers: HTTPFields = [:]) async throws -> Page {
        let text = fields.map { Self.encode($0.0) + "=" + Self.encode($0.1) }.joined(separator: "&")
        var headers = headers
        headers[.contentType] = "application/x-www-form-urlencoded"
        return try await send(.post, path, headers, ByteBuffer(string: text))
    }

    /// Opens the page with the form, then posts it with its token.
    func submit(_ path: String, from page: String, _ fields: [(String, String)]) async throws -> Page {
        let token = try await get(page).csrf ?? ""
        return try await post(path, [("_csrf", token)] + fields)
    }

    private func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ extra: HTTPFields,
        _ body: ByteBuffer?
    ) async throws -> Page {
        var headers: HTTPFields = [.accept: "text/html,*/*"]
        for field in extra { headers[field.name] = field.value }
        let jar = cookies.withLock { $0 }.map { $0.key + "=" + $0.value }.joined(separator: "; ")
        if !jar.isEmpty { headers[.cookie] = jar }
        return try await client.execute(uri: path, method: method, headers: headers, body: body) { response in
            for value in response.headers[values: .setCookie] {
                let pair = value.prefix { $0 != ";" }.split(
                    separator: "=",
                    maxSplits: 1,
                    omittingEmptySubsequences: false
                )
                if pair.count == 2 { self.cookies.withLock { $0[String(pair[0])] = String(pair[1]) } }
            }
            return Page(status: response.status, headers: response.headers, text: String(buffer: response.body))
        }
    }

    private static func encode(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            return isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}

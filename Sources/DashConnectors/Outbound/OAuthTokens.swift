import DashJSON
import DashModel
import DashPipeline
import Foundation
import NIOHTTP1
import Synchronization

/// Access tokens of OAuth 2 clients (client credentials, RFC 6749 §4.4), kept until shortly before they expire.
final class OAuthTokens: Sendable {
    /// Everything that decides which token it is; a changed secret asks for a new one.
    private struct Client: Hashable {
        var url: String
        var id: String
        var secret: String
        var scope: String
        var audience: String
        var sendsBody: Bool

        init(_ config: JSONValue) {
            func text(_ name: String) -> String { config[name]?.stringValue ?? "" }
            url = text("token_url")
            id = text("client_id")
            secret = text("client_secret")
            scope = text("scope")
            audience = text("audience")
            sendsBody = text("client_auth") == "body"
        }
    }

    private struct Token {
        var text: String
        var expires: Timestamp
    }

    /// A token is not used so shortly before its end that it could expire on the way.
    private static let margin = Duration.seconds(30)
    /// What a server that says nothing means, most often.
    private static let usualLife: Int64 = 3_600
    private static let capacity = 1_000

    private let transport: any HTTPTransport
    private let clock: any WallClock
    private let tokens = Mutex<[Client: Token]>([:])

    init(transport: any HTTPTransport, clock: any WallClock) {
        self.transport = transport
        self.clock = clock
    }

    /// A token that is valid now. Throws `DashError`: `.unauthenticated` when the server refuses the client,
    /// `.unavailable` when it can't be asked.
    func token(for config: JSONValue, origin: EgressOrigin?) async throws -> String {
        let client = Client(config)
        let now = clock.now
        if let token = tokens.withLock({ $0[client] }), token.expires > now + Self.margin { return token.text }
        let token = try await fetch(client, origin)
        tokens.withLock { tokens in
            if tokens.count >= Self.capacity { tokens = tokens.filter { $0.value.expires > now } }
            if tokens.count < Self.capacity { tokens[client] = token }
        }
        return token.text
    }

    /// Forgets a token that was refused.
    func drop(_ token: String, for config: JSONValue) {
        let client = Client(config)
        tokens.withLock { tokens in
            if tokens[client]?.text == token { tokens[client] = nil }
        }
    }

    private func fetch(_ client: Client, _ origin: EgressOrigin?) async throws -> Token {
        var request = OutboundRequest(method: .POST, url: client.url, maxResponseBytes: 1 << 20, origin: origin)
        request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
        request.headers.add(name: "accept", value: "application/json")
        request.credentials = [client.secret]
        var parameters = [("grant_type", "client_credentials")]
        if !client.scope.isEmpty { parameters.append(("scope", client.scope)) }
        if !client.audience.isEmpty { parameters.append(("audience", client.audience)) }
        if client.sendsBody {
            parameters += [("client_id", client.id), ("client_secret", client.secret)]
        } else {
            // Both are form-encoded before they are joined (RFC 6749 §2.3.1).
            let pair = Self.encoded(client.id) + ":" + Self.encoded(client.secret)
            request.headers.add(name: "authorization", value: "Basic " + Data(pair.utf8).base64EncodedString())
        }
        request.body = Array(
            parameters.map { Self.encoded($0.0) + "=" + Self.encoded($0.1) }.joined(separator: "&").utf8
        )
        let now = clock.now
        let response = try await transport.send(request)
        let answer = try? JSONValue(parsing: response.body)
        guard response.status.code == 200, let text = answer?["access_token"]?.stringValue, !text.isEmpty else {
            throw refusal(response, answer)
        }
        let life = answer?["expires_in"]?.intValue.map { Int64($0) } ?? Self.usualLife
        return Token(text: text, expires: now + .seconds(min(max(life, 0), 30 * 86_400)))
    }

    private func refusal(_ response: OutboundResponse, _ answer: JSONValue?) -> DashError {
        let code = response.status.code
        // The error's name is one of a few words of the standard; its description may hold anything.
        let who = response.server.map { " \($0)" } ?? ""
        let reason =
            answer?["error"]?.stringValue.map { " (\(AnswerExcerpt.hidden($0, of: response).prefix(60)))" }
            ?? Self.form(of: response, answer)
        let message = "The authorization server\(who) answered \(code)\(reason)."
        if code == 429 || code >= 500 {
            return DashError(.unavailable, message, retryAfter: response.retryAfter(now: clock.now))
        }
        return DashError(.unauthenticated, message + " Check the client's id, secret and scope.")
    }

    /// A web page tells who gave it; JSON may hold anything, a token of another kind among it.
    private static func form(of response: OutboundResponse, _ answer: JSONValue?) -> String {
        answer == nil ? AnswerExcerpt.of(response) : " without access_token"
    }

    private static func encoded(_ text: String) -> String {
        let plain = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        return text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
    }
}

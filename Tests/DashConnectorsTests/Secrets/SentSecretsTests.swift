import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import NIOHTTP1
import Testing

@testable import DashConnectors

/// Servers repeat what they were sent; no message does.
@Suite("Secrets that servers repeat")
struct SentSecretsTests {
    static let cases: [(request: OutboundRequest, answer: String)] = {
        func request(_ url: String, _ headers: HTTPHeaders = [:], _ body: String = "") -> OutboundRequest {
            OutboundRequest(method: .POST, url: url, headers: headers, body: Array(body.utf8))
        }
        var signed = request("https://a.test/x?appid=top%2Fsecret")
        signed.credentials = ["top/secret"]
        return [
            (request("https://a.test/x", ["authorization": "Bearer sk-topsecret"]), "Incorrect API key: sk-topsecret"),
            (request("https://a.test/x", ["X-Key": "topsecret"]), "no such key: topsecret"),
            (request("https://a.test/x", ["authorization": "Basic dTp0b3BzZWNyZXQ="]), "Basic dTp0b3BzZWNyZXQ="),
            (request("https://a.test/x?access_token=topsecret&page=1"), "Cannot GET /x?access_token=topsecret&page=1"),
            (request("https://a.test/x?sig=top%2Bsecret"), "sig top+secret, top%2Bsecret and top\\u002bsecret no"),
            (request("https://a.test/hooks/topsecret"), "Cannot POST /hooks/topsecret"),
            (
                request("https://a.test/x", [:], #"{"user":{"password":"top\"secret"}}"#),
                #"bad: {"password":"top\"secret"}"#
            ),
            (request("https://a.test/x", [:], "client_id=a&client_secret=topsecret"), "client topsecret is unknown"),
            (signed, "appid top/secret or top%2Fsecret is unknown"),
        ]
    }()

    @Test(arguments: cases.indices) func isHidden(index: Int) {
        let (request, answer) = Self.cases[index]
        var response = OutboundResponse(
            status: .forbidden,
            headers: ["content-type": "text/plain"],
            body: Array(answer.utf8)
        )
        response.secrets = SentSecrets(request)
        let message = ResponseProblem.of(response, now: .epoch)?.message ?? ""
        let words = message.replacing("top\\u002bsecret", with: "")
        #expect(!words.contains("secret") || words.contains("client_secret"), "\(message)")
        #expect(!words.contains("dTp0b3BzZWNyZXQ"), "\(message)")
        #expect(message.contains(SecretMask.text), "\(message)")
    }

    @Test func harmlessWordsStay() {
        let request = OutboundRequest(
            url: "https://a.test/orders?page=12&limit=100",
            headers: ["accept": "application/json", "webhook-id": "delivery", "x-key": "abc"]
        )
        let text = "orders, page 12, limit 100, application/json, delivery abc"
        #expect(SentSecrets(request).hidden(in: text) == text)
    }

    @Test("a source and a sink whose server repeats everything it got")
    func repeated() async throws {
        let router = Router()
        router.on("/**", method: .get) { request, _ in Self.mirror(request, "") }
        router.on("/**", method: .post) { request, _ in
            let body = try await request.body.collect(upTo: 1 << 16)
            return Self.mirror(request, String(buffer: body))
        }
        try await Application(router: router).test(.live) { client in
            let port = try #require(client.port)
            let secrets = ["tokensecret", "headersecret", "querysecret"]
            let policy = EgressPolicy(allowing: [try #require(AddressRange("127.0.0.0/8"))])
            let http = OutboundHTTP(policy: policy, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let components = Builtins.components(http: http, filesDirectory: "/nowhere", hasSystemSource: false)
            let url = "http://127.0.0.1:\(port)/x?access_token=querysecret"
            let config: JSONValue = [
                "url": .string(url), "auth": ["kind": "bearer", "token": "tokensecret"],
                "headers": ["X-Key": "headersecret"],
            ]
            let make = try #require(components.source("http")?.make)
            let source = try make(config)
            let error = await #expect(throws: DashError.self) {
                try await source.fetch(FetchRequest(team: UUID(), pipeline: UUID(), dueAt: .epoch, cursor: nil))
            }
            let sink = try #require(components.sink("webhook")).make(config)
            let delivery = Delivery.holding([Array("{}".utf8)])
            let refusal = await #expect(throws: DashError.self) { try await sink.send([delivery]) }
            for message in [error, refusal].map({ $0?.message ?? "" }) {
                #expect(message.contains("answered 403"), "\(message)")
                for secret in secrets { #expect(!message.contains(secret), "\(message)") }
            }
            await sink.close()
            await http.close()
        }
    }

    private static func mirror(_ request: Request, _ body: String) -> Response {
        let headers = request.headers.map { "\($0.name): \($0.value)" }.joined(separator: " ")
        let text = "Cannot \(request.method) \(request.uri.string) \(headers) \(body)"
        return Response(
            status: .forbidden,
            headers: [.contentType: "text/plain"],
            body: .init(byteBuffer: .init(string: text))
        )
    }
}

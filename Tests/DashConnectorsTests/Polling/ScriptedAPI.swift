import DashModel
import NIOHTTP1
import Synchronization

@testable import DashConnectors

/// Answers each request as the test says, and keeps what was asked.
final class ScriptedAPI: HTTPTransport {
    private let asked = Mutex<[OutboundRequest]>([])
    private let answer: @Sendable (OutboundRequest, Int) throws -> OutboundResponse

    /// `answer` gets the request and how many there were before.
    init(_ answer: @escaping @Sendable (OutboundRequest, Int) throws -> OutboundResponse) { self.answer = answer }

    var requests: [OutboundRequest] { asked.withLock { $0 } }

    func send(_ request: OutboundRequest) async throws -> OutboundResponse {
        let before = asked.withLock { asked in
            asked.append(request)
            return asked.count - 1
        }
        return try answer(request, before)
    }

    static func ok(_ body: String, _ headers: HTTPHeaders = ["content-type": "application/json"]) -> OutboundResponse {
        OutboundResponse(status: .ok, headers: headers, body: Array(body.utf8))
    }
}

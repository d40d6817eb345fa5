/// What sources make their requests with: the guarded client, or, in tests, an API in memory.
public protocol HTTPTransport: Sendable {
    /// One request and the redirects behind it. Throws `DashError` as `OutboundHTTP` does.
    func send(_ request: OutboundRequest) async throws -> OutboundResponse
}

extension OutboundHTTP: HTTPTransport {}

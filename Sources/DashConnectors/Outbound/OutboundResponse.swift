import DashMapping
public import DashModel
public import NIOHTTP1

/// What the other side answered, its body read whole.
public struct OutboundResponse: Sendable {
    public var status: HTTPResponseStatus
    public var headers: HTTPHeaders
    public var body: [UInt8]
    /// Who answered, after all redirects.
    var server: ServerName?
    /// What no message may repeat.
    var secrets: SentSecrets?

    /// How long the other side asks us to wait, at most an hour (RFC 9110 §10.2.3).
    public func retryAfter(now: Timestamp) -> Duration? {
        guard let text = headers.first(name: "retry-after") else { return nil }
        let wait = Int64(text).map { Duration.seconds($0) } ?? MailDate.read(text).map { $0 - now }
        return wait.map { min(max($0, .zero), .seconds(3_600)) }
    }
}

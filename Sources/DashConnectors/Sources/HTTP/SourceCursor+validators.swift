import NIOHTTP1

extension SourceCursor {
    /// Keeps what makes the next request conditional (RFC 9110 §13).
    mutating func note(_ response: OutboundResponse) {
        entityTag = response.headers.first(name: "etag")
        lastModified = response.headers.first(name: "last-modified")
    }

    func makeConditional(_ request: inout OutboundRequest) {
        if let entityTag { request.headers.replaceOrAdd(name: "if-none-match", value: entityTag) }
        if let lastModified { request.headers.replaceOrAdd(name: "if-modified-since", value: lastModified) }
    }
}

/// A request as far as signatures cover it: the bytes of its body, its headers, and the address it was sent to.
public struct SignedRequest: Sendable {
    /// Before anything is decoded.
    public var body: [UInt8]
    /// The whole address as the sender knows it, query included.
    public var url: String
    private let headers: [(name: String, value: String)]

    public init(body: [UInt8], url: String = "", headers: [(name: String, value: String)]) {
        self.body = body
        self.url = url
        self.headers = headers
    }

    /// The first value of a header, whatever the case of its name; nil when it is missing or empty.
    public func header(_ name: String) -> String? {
        let name = name.lowercased()
        return headers.first { $0.name.lowercased() == name && !$0.value.isEmpty }?.value
    }
}

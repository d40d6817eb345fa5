import DashJSON

/// An answer over HTTP, read to its end.
struct Reply: Sendable {
    var status: Int
    var headers: [String: String]
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
    var isSuccess: Bool { (200..<300).contains(status) }

    /// The body as JSON; `null` when it is none.
    var json: JSONValue { (try? JSONValue(parsing: body, limits: .rfc8259)) ?? .null }

    /// Header names are in lower case.
    subscript(header header: String) -> String? { headers[header] }
}

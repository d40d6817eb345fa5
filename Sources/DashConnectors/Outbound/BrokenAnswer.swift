import NIOHTTP1

/// An answer that began and did not end as it should.
struct BrokenAnswer: Error {
    enum Reason {
        /// More than the limit.
        case tooLarge
        case other(any Error)
    }

    let reason: Reason
    let head: AnswerHead
    let received: Int

    /// `1234 of 5000 bytes`, as far as the other side said how many there would be.
    var progress: String { head.length.map { "\(received) of \($0) bytes" } ?? "\(received) bytes" }
}

/// What is known of an answer before its body.
struct AnswerHead {
    let status: HTTPResponseStatus
    let type: String
    let length: Int?

    init(_ status: HTTPResponseStatus, _ headers: HTTPHeaders) {
        self.status = status
        type = headers.first(name: "content-type").map { String($0.prefix { $0 != ";" }.prefix(60)) } ?? ""
        length = headers.first(name: "content-length").flatMap { Int($0) }
    }

    /// `200, text/html`
    var text: String { type.isEmpty ? "\(status.code)" : "\(status.code), \(type)" }
}

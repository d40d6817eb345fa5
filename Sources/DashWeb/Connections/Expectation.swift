/// What a request's `Expect` header asks for.
enum Expectation: Equatable {
    /// A word before the body is sent.
    case `continue`
    case unknown

    init(_ header: String) { self = header.trimmingSpaces.lowercased() == "100-continue" ? .continue : .unknown }
}

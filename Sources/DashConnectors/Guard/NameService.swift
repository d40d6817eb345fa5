public import NIOCore

/// Whom names are asked of. The call blocks for as long as nobody answers.
public protocol NameService: Sendable {
    func lookUp(_ host: String) -> NameAnswer
}

/// What became of a look-up.
public enum NameAnswer: Sendable {
    case found([SocketAddress])
    /// There is no such name, or it has no address.
    case none
    /// Nobody could say.
    case failed(String)
}

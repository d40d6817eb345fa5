/// Hands letters over to a mail server.
public protocol Mailer: Sendable {
    /// Returns when the server has taken the letter. Throws `DashError` `.invalid` when it never will.
    func send(_ letter: Letter) async throws
}

/// A commit was asked for and the connection broke before the answer: it may have happened or not.
struct CommitInDoubt<Value: Sendable>: Error {
    /// The server's number of the transaction, by which its end can be asked for.
    var transaction: String
    /// What the transaction's closure returned.
    var value: Value
}

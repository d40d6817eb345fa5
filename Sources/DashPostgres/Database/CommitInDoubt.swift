/// A commit was asked for and the connection broke before the answer: it may have happened or not.
struct CommitInDoubt<Value: Sendable>: Error {
    /// By what its end can be asked for.
    var transaction: TransactionName
    /// What the transaction's closure returned.
    var value: Value
}

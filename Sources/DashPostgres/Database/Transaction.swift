import DashStorage

/// One transaction on one connection, from `BEGIN` to the commit's answer.
struct Transaction {
    let connection: PostgresConnection
    let notesPosition: Bool

    /// Returns the closure's value and, when that is wanted, where the log stood afterwards.
    func run<Value: Sendable>(
        _ body: (PostgresConnection) throws -> Value
    ) throws -> (value: Value, position: LogPosition?) {
        connection.deadline = .now + PostgresDatabase.writeLimit
        connection.postponeBeginning()
        let value: Value
        do {
            value = try body(connection)
        } catch {
            try connection.rollBack()
            throw error
        }
        return (value, try commit(value))
    }

    /// Sends what the closure postponed and the commit together.
    private func commit<Value: Sendable>(_ value: Value) throws -> LogPosition? {
        if connection.hasOnlyBegun { return nil }
        do {
            // Without its number nobody could say what became of a commit that is not answered.
            if !connection.isInTransaction { _ = try connection.run([]) }
            // The server would turn such a commit into a rollback and call that a success.
            guard !connection.hasFailedTransaction else {
                throw SQLError(.other, "a statement of the transaction failed", sqlState: "25P02")
            }
        } catch {
            try connection.rollBack()
            throw error
        }
        let transaction = connection.transaction
        var commands = [PostgresCommand("COMMIT")]
        if notesPosition { commands.append(PostgresCommand(LogPosition.question)) }
        let answer: RoundTrip
        do {
            answer = try connection.attempt(commands)
        } catch let error as SQLError where error.isLost {
            guard let transaction else { throw error }
            throw CommitInDoubt(transaction: transaction, value: value)
        }
        if let failure = answer.failure, answer.results.isEmpty {
            try connection.rollBack()
            throw failure
        }
        return answer.results.count > 1 ? answer.results[1].rows.first?.text(0).flatMap { LogPosition($0) } : nil
    }
}

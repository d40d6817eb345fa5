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
        defer { connection.deadline = nil }
        let opening = [PostgresCommand("BEGIN"), PostgresCommand("SELECT pg_current_xact_id()::text")]
        connection.postpone(opening)
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
        // When nothing was sent yet the number comes with the commit, which then has nothing to doubt.
        let transaction = connection.isInTransaction ? connection.transactionNumber : nil
        var commands = [PostgresCommand("COMMIT")]
        if notesPosition { commands.append(PostgresCommand("SELECT pg_current_wal_flush_lsn()::text")) }
        do {
            let answers = try connection.run(commands)
            return notesPosition ? answers[1].rows.first?.text(0).flatMap { LogPosition($0) } : nil
        } catch let error as SQLError where error.isLost {
            guard let transaction else { throw error }
            throw CommitInDoubt(transaction: transaction, value: value)
        } catch {
            try connection.rollBack()
            throw error
        }
    }
}

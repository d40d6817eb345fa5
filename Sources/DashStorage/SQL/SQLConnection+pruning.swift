extension SQLConnection {
    /// Deletes at most `limit` rows of a table with an `id`, chosen by a condition and its order; returns how many.
    package func deleteSome(of table: String, _ choice: SQLStatement, limit: Int) throws -> Int {
        let table = SQLStatement.identifier(table)
        let chosen: SQLStatement = "SELECT id FROM \(table) WHERE \(choice) LIMIT \(max(0, limit))"
        return try execute("DELETE FROM \(table) WHERE \(dialect.isChosen("id", by: chosen))")
    }
}

import DashStorage

/// What one statement gave.
struct PostgresResult: Sendable {
    var rows: [SQLRow] = []
    /// How many rows it changed or, for a query, returned.
    var changed = 0
}

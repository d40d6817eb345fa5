import DashStorage

/// What came back for the statements that went out together.
struct RoundTrip {
    /// The answers up to the first failure.
    var results: [PostgresResult] = []
    var failure: SQLError?
    /// The failure is only that a table was changed after a statement had been compiled.
    var isStale = false
}

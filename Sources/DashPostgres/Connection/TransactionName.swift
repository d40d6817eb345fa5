/// What a transaction is known by to the server, so that its end can be asked for from another connection.
struct TransactionName: Sendable, Hashable {
    /// As `pg_xact_status` takes it.
    var number: String
    /// Differs after the server has crashed. What was not yet in the log then is forgotten, and numbers are given again.
    var generation: String

    static let question = "SELECT pg_current_xact_id()::text"
    static let questionWithGeneration =
        "SELECT pg_current_xact_id()::text, coalesce(stats_reset::text, '') FROM pg_stat_bgwriter"
}

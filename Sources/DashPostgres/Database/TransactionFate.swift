import DashStorage

/// What became of a transaction, as another connection can find out.
enum TransactionFate: Equatable {
    case committed, undone, inProgress, unknown

    /// Asks the server.
    init(of transaction: TransactionName, on connection: PostgresConnection) throws {
        do {
            let row = try connection.fetchOne(
                """
                SELECT pg_xact_status(CAST(\(transaction.number) AS xid8)), \
                coalesce(stats_reset::text, '') = \(transaction.generation), \
                (SELECT CAST(split_part(next_xid, ':', 1) AS numeric) * 4294967296 \
                + CAST(split_part(next_xid, ':', 2) AS numeric) > CAST(\(transaction.number) AS numeric) \
                FROM pg_control_checkpoint()) FROM pg_stat_bgwriter
                """
            )
            self.init(state: row?.text(0), isSameGeneration: row?.bool(1) ?? false, wasInLog: row?.bool(2) ?? false)
        } catch let error as SQLError where error.sqlState == "22023" {
            // A number from the future: the server crashed before its log knew of the transaction.
            self = .undone
        }
    }

    /// After a crash the numbers that the log did not know are given again. The checkpoint at the recovery's end tells
    /// from where on.
    init(state: String?, isSameGeneration: Bool, wasInLog: Bool) {
        switch state {
        case "committed": self = isSameGeneration || wasInLog ? .committed : .undone
        case "in progress": self = isSameGeneration ? .inProgress : .undone
        case "aborted": self = .undone
        default: self = .unknown
        }
    }

    /// Ends a transaction whose connection is gone without the server having noticed.
    static func end(_ transaction: TransactionName, on connection: PostgresConnection) throws {
        try connection.execute(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
            WHERE CAST(backend_xid AS text) = CAST(CAST(CAST(\(transaction.number) AS xid8) AS xid) AS text)
            """
        )
    }
}

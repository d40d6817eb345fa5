import DashModel
import DashStorage

/// One piece of the table of records, with all records of a stretch of time and, on TimescaleDB, a share of the
/// pipelines.
struct RecordChunk: Sendable {
    /// As SQL spells it, quoted by the server where that is needed.
    let relation: String
    let start: Timestamp
    let finish: Timestamp

    /// nil for a row that is none.
    init?(_ row: SQLRow) {
        guard let relation = row.text(0), let start = row.timestamp(1), let finish = row.timestamp(2) else {
            return nil
        }
        self.relation = relation
        self.start = start
        self.finish = finish
    }

    var sql: SQLStatement { SQLStatement(raw: relation) }
}

import DashModel
import FoundationEssentials

/// Rows of one field and width, up to a moment.
struct RollupStretch: Sendable {
    var pipeline: UUID
    var field: String
    var width: RollupWidth
    /// Only buckets that have ended by then.
    var endedBy: Timestamp?

    var condition: SQLStatement {
        var condition: SQLStatement =
            "pipeline_id = \(pipeline) AND field = \(field) AND width = \(width.rawValue)"
        if let endedBy {
            condition.append(" AND bucket <= \(Timestamp(microseconds: endedBy.microseconds - width.microseconds))")
        }
        return condition
    }

    func deleteOldest(_ limit: Int, on connection: any SQLConnection) throws -> Int {
        try connection.execute(
            """
            DELETE FROM field_rollups WHERE \(condition) AND bucket <= (SELECT max(oldest.bucket) FROM \
            (SELECT bucket FROM field_rollups WHERE \(condition) ORDER BY bucket LIMIT \(limit)) AS oldest)
            """
        )
    }
}

package import DashModel
package import FoundationEssentials

/// Changes of `field_rollups`, merged by row.
package struct RollupRows: Sendable {
    package struct Key: Sendable, Hashable {
        var pipeline: UUID
        var field: String
        var width: RollupWidth
        var bucket: Timestamp
    }

    package private(set) var rows: [Key: RollupSummary] = [:]

    package init() {}

    /// Adds what records that lie in one minute come to.
    package mutating func add(_ summary: RollupSummary, pipeline: UUID, field: String, at time: Timestamp) {
        for width in RollupWidth.allCases {
            let key = Key(pipeline: pipeline, field: field, width: width, bucket: width.bucket(of: time))
            rows[key, default: RollupSummary()].merge(summary)
        }
    }

    /// One statement a row, in an order that all transactions share, so that no two wait for each other.
    package func statements() -> [SQLStatement] {
        rows.sorted { Self.isBefore($0.key, $1.key) }.map { Self.upsert($0.key, $0.value) }
    }

    private static func isBefore(_ lhs: Key, _ rhs: Key) -> Bool {
        if lhs.pipeline != rhs.pipeline { return lhs.pipeline.bytes.lexicographicallyPrecedes(rhs.pipeline.bytes) }
        return (lhs.field, lhs.width, lhs.bucket) < (rhs.field, rhs.width, rhs.bucket)
    }

    private static func upsert(_ key: Key, _ summary: RollupSummary) -> SQLStatement {
        func double(_ value: Double?) -> SQLValue { value.map(SQLValue.double) ?? .null }
        func integer(_ value: Int64?) -> SQLValue { value.map(SQLValue.integer) ?? .null }
        let (first, last) = (summary.first, summary.last)
        return """
            INSERT INTO field_rollups (pipeline_id, field, width, bucket, count, sum, min, max, \
            "first", first_at, first_id, "last", last_at, last_id) \
            VALUES (\(key.pipeline), \(key.field), \(key.width.rawValue), \(key.bucket), \(summary.count), \
            \(double(summary.sum)), \(double(summary.min)), \(double(summary.max)), \
            \(double(first?.value)), \(first?.at), \(integer(first?.id)), \
            \(double(last?.value)), \(last?.at), \(integer(last?.id)))\(merge)
            """
    }

    /// How a row takes in another of the same bucket: what `RollupSummary.merge` does.
    private static let merge: SQLStatement = {
        let isEarlier = """
            excluded.first_at IS NOT NULL AND (field_rollups.first_at IS NULL OR \
            (excluded.first_at, excluded.first_id) < (field_rollups.first_at, field_rollups.first_id))
            """
        let isLater = """
            excluded.last_at IS NOT NULL AND (field_rollups.last_at IS NULL OR \
            (excluded.last_at, excluded.last_id) > (field_rollups.last_at, field_rollups.last_id))
            """
        func choice(_ column: String, _ condition: String) -> String {
            "\(column) = CASE WHEN \(condition) THEN excluded.\(column) ELSE field_rollups.\(column) END"
        }
        let changes =
            [
                "count = field_rollups.count + excluded.count",
                "sum = coalesce(field_rollups.sum + excluded.sum, field_rollups.sum, excluded.sum)",
                choice("min", "field_rollups.min IS NULL OR excluded.min < field_rollups.min"),
                choice("max", "field_rollups.max IS NULL OR excluded.max > field_rollups.max"),
            ]
            + ["\"first\"", "first_at", "first_id"].map { choice($0, isEarlier) }
            + ["\"last\"", "last_at", "last_id"].map { choice($0, isLater) }
        return SQLStatement(
            raw: " ON CONFLICT (pipeline_id, field, width, bucket) DO UPDATE SET " + changes.joined(separator: ", ")
        )
    }()
}

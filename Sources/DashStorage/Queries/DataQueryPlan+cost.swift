import DashModel

extension DataQueryPlan {
    /// Throws `.invalid`, before anything is read, when the answer would cost more than the limit. Most pipelines hold less
    /// than that altogether; only in larger ones the range is counted, no further than the limit.
    package func check(_ limits: QueryLimits, on connection: any SQLConnection) throws {
        guard rollups == nil, query.isAggregated || !query.filters.isEmpty else { return }
        let most = max(1, limits.cost / weight)
        let stored = try RecordStatements.ledger(of: query.pipeline, on: connection)[.stored]
        guard stored > Int64(most) else { return }
        var range: SQLStatement =
            "SELECT 1 FROM pipeline_data WHERE pipeline_id = \(query.pipeline) AND ingested_at >= \(from)"
        if !query.range.isOpenEnded { range.append(" AND ingested_at < \(to)") }
        range.append(" LIMIT \(most + 1)")
        let count = try connection.fetchOne("SELECT count(*) FROM (\(range)) AS counted")?.int(0) ?? 0
        guard count > Int64(most) else { return }
        throw DashError(
            .invalid,
            "The query would read more than \(most) records, which is the most for an answer like this.",
            issues: [.init(pointer: "/range", message: "must be shorter; \(advice)")]
        )
    }

    /// How often a record is worked on: groups are sorted, and percentiles keep every value.
    private var weight: Int {
        let percentiles = query.fields.count { [.p50, .p95, .p99].contains($0.aggregate) }
        return 1 + query.groupBy.count + 2 * percentiles
    }

    private var advice: String {
        weight > 1
            ? "each group and percentile counts as well, so fewer of them allow for a longer one"
            : "without filters and groups, roll-ups answer any range"
    }
}

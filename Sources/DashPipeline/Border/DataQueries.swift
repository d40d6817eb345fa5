public import DashModel
public import DashStorage
public import FoundationEssentials

/// Answers data queries in fair turns of the teams, each within its limits. The one way to the store's readers for them, so
/// that resources always find readers free.
public struct DataQueries: Sendable {
    private let records: any RecordReader
    private let border: Border
    private let clock: any WallClock

    public init(records: any RecordReader, border: Border, clock: any WallClock = SystemClock()) {
        self.records = records
        self.border = border
        self.clock = clock
    }

    /// The caller has checked that the pipeline is the team's.
    public func answer(_ query: DataQuery, of team: UUID) async throws -> DataResult {
        try await border.queries.pass(.team(team)) {
            // What one query may have alone would be taken from others that run beside it.
            let isAlone = border.queries.held <= 1
            let limits = QueryLimits(
                cost: border.limits.queryCost,
                time: border.limits.queryTime,
                workers: isAlone ? border.limits.queryWorkers : 0
            )
            return try await records.answer(query, within: limits, now: clock.now)
        }
    }
}

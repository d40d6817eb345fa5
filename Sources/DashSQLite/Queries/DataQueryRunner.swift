import DashModel
import DashStorage
import FoundationEssentials

/// Answers data queries on the readers, each within its limits.
struct DataQueryRunner: Sendable {
    let database: SQLiteDatabase

    func run(_ query: DataQuery, within limits: QueryLimits, now: Timestamp) async throws -> DataResult {
        do {
            return try await database.readConnection { connection in
                do {
                    return try QueryDeadline(limits.time).holding(connection) {
                        let plan = try DataQueryPlan(query, now: now, in: SQLiteDialect(), on: connection)
                        try plan.check(limits, on: connection)
                        return try plan.result(connection)
                    }
                } catch let error as SQLError where error.code == .interrupted {
                    throw DashError(.invalid, limits.overtime)
                }
            }
        } catch {
            // A reader whose task is cancelled is interrupted as well.
            if Task.isCancelled { throw CancellationError() }
            throw error
        }
    }
}

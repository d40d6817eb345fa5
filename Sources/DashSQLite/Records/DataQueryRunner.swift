import DashModel
import DashStorage
import FoundationEssentials

/// Answers data queries on the readers, each within a time limit.
struct DataQueryRunner: Sendable {
    let database: SQLiteDatabase

    static let timeLimit = Duration.seconds(10)

    func run(_ query: DataQuery, now: Timestamp) async throws -> DataResult {
        try await database.read { connection in
            let oldest = try Retention.oldest(of: query.pipeline, now: now, on: connection)
            let plan = try DataQueryPlan(query, oldest: oldest, now: now, dialect: connection.dialect)
            guard let connection = connection as? SQLiteConnection else { return try plan.result(connection) }
            return try QueryDeadline(Self.timeLimit).holding(connection) { try plan.result(connection) }
        }
    }
}

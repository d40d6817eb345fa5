import DashModel
import DashStorage
import FoundationEssentials

/// Answers data queries on the readers, each within a time limit.
struct DataQueryRunner: Sendable {
    let database: SQLiteDatabase

    static let timeLimit = Duration.seconds(10)

    func run(_ query: DataQuery, now: Timestamp) async throws -> DataResult {
        try await database.read { connection in
            let plan = try DataQueryPlan(query, now: now, on: connection)
            guard let connection = connection as? SQLiteConnection else { return try plan.result(connection) }
            return try QueryDeadline(Self.timeLimit).holding(connection) { try plan.result(connection) }
        }
    }
}

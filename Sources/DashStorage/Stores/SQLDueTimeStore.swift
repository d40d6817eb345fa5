package import DashModel
package import FoundationEssentials

/// The ledger of due times over any SQL database.
package struct SQLDueTimeStore: DueTimeStore {
    package typealias Insert = @Sendable ([DueTime], Timestamp) async throws -> [DueTime]

    private let database: any SQLDatabase
    private let insert: Insert

    /// `insert` records new due times with their jobs, in the engine's own way.
    package init(database: any SQLDatabase, insert: @escaping Insert) {
        self.database = database
        self.insert = insert
    }

    package func record(_ due: [DueTime], now: Timestamp) async throws -> [DueTime] {
        due.isEmpty ? [] : try await insert(due, now)
    }

    package func settle(pipeline: UUID, dueAt: Timestamp, as state: DueTime.State) async throws {
        try await run(DueTimeStatements.settle(pipeline: pipeline, dueAt: dueAt, as: state))
    }

    package func settleOvertaken(
        of pipeline: UUID,
        jobKey: String,
        until end: Timestamp,
        as state: DueTime.State
    ) async throws {
        try await run(DueTimeStatements.settleOvertaken(of: pipeline, jobKey: jobKey, until: end, as: state))
    }

    package func settleAbandoned(
        of pipeline: UUID,
        jobKey: String,
        until end: Timestamp,
        as state: DueTime.State
    ) async throws {
        try await run(DueTimeStatements.settleAbandoned(of: pipeline, jobKey: jobKey, until: end, as: state))
    }

    private func run(_ statement: SQLStatement) async throws {
        try await database.write { connection in _ = try connection.execute(statement) }
    }

    package func open(before end: Timestamp, after last: UUID?, limit: Int) async throws -> [UUID] {
        try await database.read { try DueTimeStatements.open(before: end, after: last, limit: limit, on: $0) }
    }

    package func newest(of pipeline: UUID, limit: Int) async throws -> [DueTime] {
        try await database.read { try DueTimeStatements.newest(of: pipeline, limit: limit, on: $0) }
    }

    package func prune(before: Timestamp, limit: Int) async throws -> Int {
        try await database.write { connection in
            try connection.deleteSome(
                of: "due_times",
                "state <> 'due' AND due_at < \(before) ORDER BY due_at",
                limit: limit
            )
        }
    }
}

public import DashModel
public import DashStorage
public import FoundationEssentials

extension PostgresStore {
    public func recordDue(_ due: [DueTime], now: Timestamp) async throws -> [DueTime] {
        guard !due.isEmpty else { return [] }
        let inserts = DueTimeInserts(due, now: now)
        return try await database.writeConnection { connection in
            let rows = try connection.pipelined([JobPlanning.byIndex, inserts.statement])[1].rows
            let recorded = Set(rows.compactMap { $0.uuid(0) })
            let new = zip(inserts.ids, due).filter { recorded.contains($0.0) }.map(\.1)
            connection.postpone(try Self.followUp(of: new, now).map(PostgresCommand.init))
            return new
        }
    }

    /// What goes with the commit of new due times: their jobs, word of them, and when the pipelines are due next.
    private static func followUp(of due: [DueTime], _ now: Timestamp) -> [SQLStatement] {
        let jobs = due.compactMap(\.job)
        let next = DueTimeInserts.next(due).map { [$0] } ?? []
        guard !jobs.isEmpty else { return next }
        let inserts = JobInserts(jobs, now: now)
        return [inserts.statement] + inserts.notices + next
    }

    public func settleDue(pipeline: UUID, dueAt: Timestamp, as state: DueTime.State) async throws {
        let statement = DueTimeStatements.settle(pipeline: pipeline, dueAt: dueAt, as: state)
        try await database.write { connection in _ = try connection.execute(statement) }
    }

    public func settleOvertaken(
        of pipeline: UUID,
        jobKey: String,
        until end: Timestamp,
        as state: DueTime.State
    ) async throws {
        let statement = DueTimeStatements.settleOvertaken(of: pipeline, jobKey: jobKey, until: end, as: state)
        try await database.write { connection in _ = try connection.execute(statement) }
    }

    public func openDue(before end: Timestamp, after last: UUID?, limit: Int) async throws -> [UUID] {
        try await database.read { try DueTimeStatements.open(before: end, after: last, limit: limit, on: $0) }
    }

    public func settleAbandoned(
        of pipeline: UUID,
        jobKey: String,
        until end: Timestamp,
        as state: DueTime.State
    ) async throws {
        let statement = DueTimeStatements.settleAbandoned(of: pipeline, jobKey: jobKey, until: end, as: state)
        try await database.write { connection in _ = try connection.execute(statement) }
    }

    public func dueTimes(of pipeline: UUID, limit: Int) async throws -> [DueTime] {
        try await database.read { try DueTimeStatements.newest(of: pipeline, limit: limit, on: $0) }
    }

    public func pruneDueTimes(before: Timestamp, limit: Int) async throws -> Int {
        try await database.write { connection in
            try connection.execute(
                """
                DELETE FROM due_times WHERE id = ANY (ARRAY(SELECT id FROM due_times \
                WHERE state <> 'due' AND due_at < \(before) ORDER BY due_at LIMIT \(max(0, limit)) \
                FOR UPDATE SKIP LOCKED))
                """
            )
        }
    }
}

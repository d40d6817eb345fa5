public import DashModel
public import DashStorage
public import FoundationEssentials

extension SQLiteStore {
    public func recordDue(_ due: [DueTime], now: Timestamp) async throws -> [DueTime] {
        guard !due.isEmpty else { return [] }
        return try await database.write { connection in
            try due.filter { time in
                let inserted = try connection.execute(
                    """
                    INSERT INTO due_times (id, pipeline_id, due_at, state, reason, inserted_at) \
                    SELECT \(UUID.v7(at: now)), \(time.pipeline), \(time.dueAt), \(time.state.name), \
                    \(time.state.reason), \(now) WHERE EXISTS (SELECT 1 FROM pipelines WHERE id = \(time.pipeline)) \
                    ON CONFLICT (pipeline_id, due_at) DO NOTHING
                    """
                )
                guard inserted > 0 else { return false }
                if let job = time.job { _ = try JobStatements.insert(job, now: now, on: connection) }
                if let next = time.nextDueAt {
                    try connection.execute(
                        "UPDATE pipelines SET next_run_at = \(next) WHERE id = \(time.pipeline)"
                    )
                }
                return true
            }
        }
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
                DELETE FROM due_times WHERE id IN (SELECT id FROM due_times \
                WHERE state <> 'due' AND due_at < \(before) ORDER BY due_at LIMIT \(max(0, limit)))
                """
            )
        }
    }
}

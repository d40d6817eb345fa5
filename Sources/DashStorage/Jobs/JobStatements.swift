import DashJSON
package import DashModel
package import FoundationEssentials

/// What both engines say alike about jobs.
package enum JobStatements {
    /// The new job's id; nil when its unique key is held by an unfinished job.
    package static func insert(_ job: NewJob, now: Timestamp, on connection: any SQLConnection) throws -> UUID? {
        let id = UUID.v7(at: now)
        let dueAt = job.scheduledAt ?? now
        let state: JobState = dueAt > now ? .scheduled : .available
        let inserted = try connection.execute(
            """
            INSERT INTO jobs (id, team_id, queue, kind, parameters, state, priority, unique_key, attempt, max_attempts, \
            scheduled_at, inserted_at) \
            VALUES (\(id), \(job.team), \(job.queue), \(job.kind), \(SQLValue.json(job.parameters.encoded())), \
            \(state.rawValue), \(job.priority), \(job.uniqueKey), 0, \(max(1, job.maxAttempts)), \(dueAt), \(now)) \
            ON CONFLICT (unique_key) WHERE finished_at IS NULL DO NOTHING
            """
        )
        return inserted > 0 ? id : nil
    }

    package static func noteProgress(of lease: JobLease) -> SQLStatement {
        "UPDATE jobs SET lost_starts = 0 WHERE \(lease.condition)"
    }

    /// Ends a job that is not final yet; its lease goes with it.
    package static func cancel(_ job: UUID, now: Timestamp) -> SQLStatement {
        """
        UPDATE jobs SET state = 'cancelled', finished_at = \(now), lease_token = NULL, \
        lease_expires_at = NULL WHERE id = \(job) AND finished_at IS NULL
        """
    }
}

package import DashModel
package import FoundationEssentials

/// Rows that must stand as a commit expects them, and what it makes of them: what was begun twice is ended once.
package enum Fence: Sendable, Hashable {
    case job(JobLease)
    case delivery(UUID)
    case upload(UploadStep)
    case replay(Settlement.Replay)

    /// The rows; no two parts of a group may settle the same one.
    package var rows: [UUID] {
        switch self {
        case .job(let lease): [lease.job]
        case .delivery(let id): [id]
        case .upload(let step): [step.upload]
        case .replay(let replay): replay.records
        }
    }

    /// The order in which rows are held: by kind, then by id.
    package func isHeldBefore(_ other: Fence) -> Bool {
        guard kind == other.kind else { return kind < other.kind }
        guard let own = rows.first, let others = other.rows.first else { return rows.count < other.rows.count }
        return own < others
    }

    private var kind: Int {
        switch self {
        case .job: 0
        case .delivery: 1
        case .upload: 2
        case .replay: 3
        }
    }

    /// Finds the rows that stand as expected of the pipeline's commit and holds them until it is over: all of `rows`, or
    /// the fence is broken.
    package func question(of pipeline: UUID, in dialect: any Dialect) -> SQLStatement {
        let found: SQLStatement =
            switch self {
            case .job(let lease): "SELECT id FROM jobs WHERE \(lease.condition)"
            case .delivery(let id):
                """
                SELECT id FROM deliveries WHERE id = \(id) AND status = 'pending' AND downstream_id = \(pipeline)
                """
            case .upload(let step):
                """
                SELECT id FROM uploads WHERE id = \(step.upload) AND pipeline_id = \(pipeline) \
                AND status IN ('queued', 'running') AND position = \(step.start)
                """
            case .replay(let replay):
                """
                SELECT id FROM quarantined_records WHERE \(Self.among(replay.records)) \
                AND pipeline_id = \(pipeline) ORDER BY id
                """
            }
        var question = found + dialect.rowLock
        question.isReusable = isReusable
        return question
    }

    /// What the commit makes of the rows.
    package func settling(_ part: BatchCommit, now: Timestamp) -> [SQLStatement] {
        switch self {
        case .job(let lease):
            [
                """
                UPDATE jobs SET state = 'completed', finished_at = \(now), lease_token = NULL, \
                lease_expires_at = NULL, error_message = NULL WHERE \(lease.condition)
                """
            ]
        case .delivery(let id):
            [
                """
                UPDATE deliveries SET status = 'delivered', delivered_at = \(now), next_attempt_at = \(now), \
                payload = NULL, error_message = NULL WHERE id = \(id) AND status = 'pending'
                """
            ]
        case .upload(let step): [Self.advance(step, part, now: now)]
        case .replay(let replay): released(replay, part, now: now)
        }
    }

    private func released(_ replay: Settlement.Replay, _ part: BatchCommit, now: Timestamp) -> [SQLStatement] {
        var release: SQLStatement = "DELETE FROM quarantined_records WHERE \(Self.among(replay.records))"
        release.isReusable = isReusable
        return [
            release,
            """
            UPDATE replays SET replayed = replayed + \(replay.records.count), \
            accepted = accepted + \(part.batch.records.count), refused = refused + \(part.quarantined.count), \
            position = \(replay.records.last), updated_at = \(now) WHERE id = \(replay.id)
            """,
        ]
    }

    private static func advance(_ step: UploadStep, _ part: BatchCommit, now: Timestamp) -> SQLStatement {
        let received = part.ledger[.received]
        let (accepted, quarantined) = (Int64(part.batch.records.count), Int64(part.quarantined.count))
        let end: SQLStatement =
            step.isLast ? "status = 'completed', finished_at = \(now)" : "status = 'running'"
        return """
            UPDATE uploads SET position = \(step.end), bytes_read = \(step.bytesRead), lines_read = \(step.linesRead), \
            records_received = records_received + \(received), records_accepted = records_accepted + \(accepted), \
            records_quarantined = records_quarantined + \(quarantined), \
            records_dropped = records_dropped + \(received - accepted - quarantined), error_message = NULL, \
            started_at = COALESCE(started_at, \(now)), updated_at = \(now), \(end) WHERE id = \(step.upload)
            """
    }

    /// A list's length is part of its statement's text.
    private var isReusable: Bool { rows.count == 1 }

    private static func among(_ rows: [UUID]) -> SQLStatement {
        "id IN (\(rows.map { row -> SQLStatement in "\(row)" }.joined(by: ", ")))"
    }
}

extension Settlement {
    /// What must stand as it is expected for the commit to be saved; else it is refused as `.fenced`.
    package var fences: [Fence] {
        [job.map(Fence.job), delivery.map(Fence.delivery), upload.map(Fence.upload), replay.map(Fence.replay)]
            .compactMap { $0 }
    }
}

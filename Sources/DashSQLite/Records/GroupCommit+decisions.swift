import DashModel
import DashStorage
import FoundationEssentials

extension GroupCommit {
    /// Repeats first (they end the job that brought them), then the fences, then the storage limit; only a part that
    /// passes them all settles its job and its upstream delivery.
    mutating func decide(_ part: BatchCommit) throws -> PartDecision {
        let pipeline = part.batch.pipeline
        // A pipeline that was deleted meanwhile has nobody left to write for.
        guard let team = try owner(of: pipeline), try holdsFences(part) else { return .answered(.fenced) }
        if shares[pipeline] == nil {
            shares[pipeline] = PipelineShare(pipeline: pipeline, team: team)
            order.append(pipeline)
        }
        if let answer = try earlierAnswer(to: part) {
            count(part, as: .duplicates)
            try settleFences(part)
            return .answered(answer)
        }
        let bytes = part.persists ? Int64(part.batch.records.bytes.count) : 0
        guard try storage(of: team).hasRoom(for: bytes) else {
            count(part, as: .droppedStorageLimit)
            return .answered(.overStorageLimit)
        }
        try settleFences(part)
        teams[team]?.added += bytes
        var ledger = part.ledger
        ledger[part.persists ? .stored : .memoryOnly] += Int64(part.batch.records.count)
        ledger[.bytesStored] += bytes
        shares[pipeline]?.ledger += ledger
        if let key = part.idempotency?.key {
            answers[IdempotencyScope(pipeline: pipeline, key: key)] = .repeated(
                accepted: part.batch.records.count,
                quarantined: part.quarantined.count
            )
        }
        return .accepted
    }

    /// Everything that was received has this one end.
    private mutating func count(_ part: BatchCommit, as entry: LedgerEntry) {
        shares[part.batch.pipeline]?.ledger += Ledger([
            .received: part.ledger[.received], .bytesReceived: part.ledger[.bytesReceived],
            entry: part.ledger[.received],
        ])
    }

    private mutating func owner(of pipeline: UUID) throws -> UUID? {
        if let known = owners[pipeline] { return known }
        let team = try connection.fetchOne("SELECT team_id FROM pipelines WHERE id = \(pipeline)")?.uuid(0)
        owners[pipeline] = .some(team)
        return team
    }

    private mutating func storage(of team: UUID) throws -> TeamStorage {
        if let known = teams[team] { return known }
        let row = try connection.fetchOne("SELECT storage_limit_gb, storage_used_bytes FROM teams WHERE id = \(team)")
        let storage = TeamStorage(limit: (row?.int(0) ?? 0) &* 1_000_000_000, used: row?.int(1) ?? 0)
        teams[team] = storage
        return storage
    }

    private func earlierAnswer(to part: BatchCommit) throws -> CommitOutcome? {
        guard let key = part.idempotency?.key else { return nil }
        let pipeline = part.batch.pipeline
        if let answer = answers[IdempotencyScope(pipeline: pipeline, key: key)] { return answer }
        let row = try connection.fetchOne(
            """
            SELECT accepted, quarantined FROM idempotency_keys \
            WHERE pipeline_id = \(pipeline) AND key = \(key) AND inserted_at > \(now - Self.memory)
            """
        )
        return row.map { .repeated(accepted: Int($0.int(0) ?? 0), quarantined: Int($0.int(1) ?? 0)) }
    }

    private func holdsFences(_ part: BatchCommit) throws -> Bool {
        if let lease = part.job {
            let held = try connection.fetchOne(
                "SELECT 1 FROM jobs WHERE id = \(lease.job) AND lease_token = \(lease.token) AND state = 'executing'"
            )
            guard held != nil else { return false }
        }
        if let delivery = part.consumes {
            let pending = try connection.fetchOne(
                """
                SELECT 1 FROM deliveries WHERE id = \(delivery) AND status = 'pending' \
                AND downstream_id = \(part.batch.pipeline)
                """
            )
            guard pending != nil else { return false }
        }
        return true
    }

    private func settleFences(_ part: BatchCommit) throws {
        if let lease = part.job {
            try connection.execute(
                """
                UPDATE jobs SET state = 'completed', finished_at = \(now), lease_token = NULL, \
                lease_expires_at = NULL, error_message = NULL \
                WHERE id = \(lease.job) AND lease_token = \(lease.token) AND state = 'executing'
                """
            )
        }
        if let delivery = part.consumes {
            try connection.execute(
                """
                UPDATE deliveries SET status = 'delivered', delivered_at = \(now), next_attempt_at = \(now), \
                payload = NULL, error_message = NULL WHERE id = \(delivery) AND status = 'pending'
                """
            )
        }
    }
}

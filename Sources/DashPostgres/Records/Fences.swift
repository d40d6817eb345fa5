import DashModel
import DashStorage
import FoundationEssentials

/// What ends with a saving transaction: the jobs that brought its parts, the upstream deliveries that it took in, the
/// quarantined records that it replayed. Their rows were locked when the decisions were made.
struct Fences {
    let jobs: [JobLease]
    let deliveries: [UUID]
    let replays: [ReplayStep]
    let now: Timestamp

    var statements: [SQLStatement] {
        var statements: [SQLStatement] = []
        if !jobs.isEmpty {
            let ids = SQLValue.array(.uuid, jobs.map { .uuid($0.job) })
            statements.append(
                """
                UPDATE jobs SET state = 'completed', finished_at = \(now), lease_token = NULL, \
                lease_expires_at = NULL, error_message = NULL WHERE id = ANY(\(ids))
                """
            )
        }
        if !deliveries.isEmpty {
            let ids = SQLValue.array(.uuid, deliveries.map(SQLValue.uuid))
            statements.append(
                """
                UPDATE deliveries SET status = 'delivered', delivered_at = \(now), next_attempt_at = \(now), \
                payload = NULL, error_message = NULL WHERE id = ANY(\(ids))
                """
            )
        }
        if !replays.isEmpty {
            let ids = SQLValue.array(.uuid, replays.flatMap(\.replay.records).map(SQLValue.uuid))
            statements.append("DELETE FROM quarantined_records WHERE id = ANY(\(ids))")
            statements += replays.map { QuarantineStatements.advance($0, now: now) }
        }
        return statements
    }
}

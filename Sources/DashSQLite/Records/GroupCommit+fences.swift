import DashStorage
import FoundationEssentials

extension GroupCommit {
    /// The jobs that brought the parts are done with this transaction.
    func complete(_ leases: [JobLease]) throws {
        for lease in leases {
            try connection.execute(
                """
                UPDATE jobs SET state = 'completed', finished_at = \(now), lease_token = NULL, \
                lease_expires_at = NULL, error_message = NULL WHERE \(lease.condition)
                """
            )
        }
    }

    /// The upstream deliveries arrived.
    func consume(_ deliveries: [UUID]) throws {
        for delivery in deliveries {
            try connection.execute(
                """
                UPDATE deliveries SET status = 'delivered', delivered_at = \(now), next_attempt_at = \(now), \
                payload = NULL, error_message = NULL WHERE id = \(delivery) AND status = 'pending'
                """
            )
        }
    }

    /// What is replayed leaves the quarantine.
    func release(_ steps: [ReplayStep]) throws {
        for step in steps {
            for record in step.replay.records {
                try connection.execute("DELETE FROM quarantined_records WHERE id = \(record)")
            }
            try connection.execute(QuarantineStatements.advance(step, now: now))
        }
    }
}

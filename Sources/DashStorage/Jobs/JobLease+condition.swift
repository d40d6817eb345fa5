extension JobLease {
    /// The job's row, as long as the lease is held.
    package var condition: SQLStatement { "id = \(job) AND lease_token = \(token) AND state = 'executing'" }
}

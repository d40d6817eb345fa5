/// What the pipelines count.
struct PipelineMetrics: Sendable {
    let recordsReceived: Counter
    let recordsStored: Counter
    let recordsMemoryOnly: Counter
    let recordsQuarantined: Counter
    let recordsDropped: Counter
    let bytesReceived: Counter
    let commits: Counter
    let commitFailures: Counter
    let commitSeconds: Histogram
    let groupParts: Histogram
    let groupRows: Histogram
    let queueDepth: Gauge
    let stepFailures: Counter
    let deliveryAttempts: Counter
    let deliveryFailures: Counter
    let deliveryDead: Counter
    let deliveryLag: Histogram
    let pollLateness: Histogram
    let pollsFailed: Counter
    let jobsCompleted: Counter
    let jobsFailed: Counter
    let jobSeconds: Histogram

    private static let seconds: [Double] = [
        0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
    ]
    private static let sizes: [Double] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000]

    init(_ registry: MetricsRegistry) {
        recordsReceived = registry.counter("dash_records_received_total", "Records that reached a pipeline.")
        recordsStored = registry.counter("dash_records_stored_total", "Records saved as rows.")
        recordsMemoryOnly = registry.counter(
            "dash_records_memory_only_total",
            "Records of pipelines that store no rows."
        )
        recordsQuarantined = registry.counter("dash_records_quarantined_total", "Records that broke a rule.")
        recordsDropped = registry.counter("dash_records_dropped_total", "Records refused at a team's storage limit.")
        bytesReceived = registry.counter("dash_bytes_received_total", "Bytes of the bodies that reached a pipeline.")
        commits = registry.counter("dash_commits_total", "Saving transactions.")
        commitFailures = registry.counter("dash_commit_failures_total", "Saving transactions that failed.")
        commitSeconds = registry.histogram(
            "dash_commit_seconds",
            "Duration of saving transactions.",
            bounds: Self.seconds
        )
        groupParts = registry.histogram("dash_commit_group_parts", "Requests in one transaction.", bounds: Self.sizes)
        groupRows = registry.histogram("dash_commit_group_rows", "Records in one transaction.", bounds: Self.sizes)
        queueDepth = registry.gauge("dash_inbox_depth", "Requests that wait for a transaction.")
        stepFailures = registry.counter("dash_step_failures_total", "Cache or publish steps that failed.")
        deliveryAttempts = registry.counter("dash_delivery_attempts_total", "Tries to hand a delivery on.")
        deliveryFailures = registry.counter("dash_delivery_failures_total", "Tries that failed.")
        deliveryDead = registry.counter("dash_deliveries_dead_total", "Deliveries given up.")
        deliveryLag = registry.histogram(
            "dash_delivery_lag_seconds",
            "From commit to the end of the delivery.",
            bounds: Self.seconds
        )
        pollLateness = registry.histogram(
            "dash_poll_lateness_seconds",
            "From due time to the start of the poll.",
            bounds: Self.seconds
        )
        pollsFailed = registry.counter("dash_polls_failed_total", "Polls that failed.")
        jobsCompleted = registry.counter("dash_jobs_completed_total", "Jobs that ended well.")
        jobsFailed = registry.counter("dash_jobs_failed_total", "Job tries that failed.")
        jobSeconds = registry.histogram("dash_job_seconds", "Duration of job tries.", bounds: Self.seconds)
    }
}

extension BatchCommit.Lane {
    /// The rows of `deliveries` that are this lane's.
    package var condition: SQLStatement {
        switch self {
        case .sink(let id): "pipeline_sink_id = \(id)"
        case .pipeline(let id): "downstream_id = \(id)"
        }
    }
}

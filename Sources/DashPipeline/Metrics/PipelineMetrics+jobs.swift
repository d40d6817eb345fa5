import DashJobs
import DashStorage

extension PipelineMetrics {
    /// Counts a job that ended.
    func observe(_ event: JobEvent) {
        jobSeconds.observe(event.duration)
        switch event.outcome {
        case .completed, nil: jobsCompleted.add(1)
        case .retry, .discarded: jobsFailed.add(1)
        case .released: break
        }
    }
}

import Dispatch

/// Runs an actor on a queue of its own, so that a blocking call of a C library holds up one thread of Dispatch's and
/// none of the cooperative pool's.
package final class SerialQueueExecutor: SerialExecutor {
    private let queue: DispatchQueue

    package init(label: String) { queue = DispatchQueue(label: label) }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}

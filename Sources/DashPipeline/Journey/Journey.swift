import DashJSON
import DashMapping
import DashModel
import DashStorage
import FoundationEssentials

/// One trip of records through a pipeline: where they come from, and what their commit settles.
struct Journey: Sendable {
    enum Origin: Sendable {
        /// A polling pipeline's source, asked now.
        case fetch(any Source, FetchRequest)
        /// A body that was posted.
        case body([UInt8], framing: RecordsDecoder.Framing)
        /// A delivery of the pipeline in front.
        case upstream(Delivery)
    }

    /// What only runs of a job have: the history shows each of them.
    struct Run: Sendable {
        var id: UUID
        var dueAt: Timestamp?
        var job: JobLease
    }

    var pipeline: CompiledPipeline
    var trigger: Trigger
    var origin: Origin
    var startedAt: Timestamp
    var run: Run?
    var idempotencyKey: String?
}

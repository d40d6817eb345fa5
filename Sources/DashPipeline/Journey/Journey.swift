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
        /// A body that was posted, and what was set apart of it before.
        case body([UInt8], form: BodyForm, unreadable: [QuarantinedRecord] = [])
        /// A delivery of the pipeline in front.
        case upstream(Delivery)
        /// A piece of an uploaded file.
        case slice(UploadSlice)
        case picked(PickedRecords)
    }

    /// By what a repeat is known.
    enum Identity: Sendable {
        case none
        case request(String)
        /// The body is an array, and each element has a key of its own.
        case events([String])
    }

    /// What only runs of a job have: the history shows each of them.
    struct Run: Sendable {
        var id: UUID
        var dueAt: Timestamp?
        var job: JobLease
    }

    /// What only pieces of an upload have: how far they bring it, and the job that the last one ends.
    struct Upload: Sendable {
        var step: UploadStep
        var startedAt: Timestamp
        var job: JobLease?
    }

    var pipeline: CompiledPipeline
    var trigger: Trigger
    var origin: Origin
    var startedAt: Timestamp
    var run: Run?
    var identity = Identity.none
    /// Events that were left out, as they were stored before.
    var repeats = 0
    var upload: Upload?
    /// The records that leave the quarantine with the commit.
    var replay: BatchCommit.Replay?
}

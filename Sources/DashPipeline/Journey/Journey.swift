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
        case upstream(RecordBytes)
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

    /// How it shows in the history.
    enum Run: Sendable {
        /// As one of all that came in the same minute.
        case minute
        /// As one by itself.
        case single(id: UUID, dueAt: Timestamp?)
        /// As one that goes on, with other journeys before and behind it.
        case ongoing(id: UUID, startedAt: Timestamp)
    }

    var pipeline: CompiledPipeline
    var trigger: Trigger
    var origin: Origin
    var startedAt: Timestamp
    var run = Run.minute
    /// What its commit settles, but for what only the way there brings: the cursor, and what requests are answered.
    var settles = Settlement()
    var identity = Identity.none
    /// Events that were left out, as they were stored before.
    var repeats = 0
}

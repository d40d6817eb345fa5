public import DashModel
public import FoundationEssentials

/// How a commit shows in the run history.
public enum RunChange: Sendable {
    /// A run of its own (polling): inserted as completed with these times.
    case single(
        id: UUID,
        trigger: String,
        dueAt: Timestamp?,
        startedAt: Timestamp,
        finishedAt: Timestamp,
        timings: [String: Int64]
    )
    /// Adds to a run of its own that goes on (upload).
    case ongoing(id: UUID, trigger: String, startedAt: Timestamp, timings: [String: Int64])
    /// Adds to the pipeline's run of this minute (realtime, p2p).
    case minute(trigger: String, startedAt: Timestamp, timings: [String: Int64])
}

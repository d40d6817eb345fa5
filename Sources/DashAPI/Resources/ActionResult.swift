public import DashModel
public import DashPipeline
public import FoundationEssentials

/// What a resource's own action answers.
public enum ActionResult: Sendable {
    /// The row as it is now (pause, resume, share, unshare).
    case row(WrittenResource)
    /// A job that will do it (run).
    case job(UUID)
    case preview(PipelinePreview)
    /// How many rows it concerned (redrive).
    case count(Int)
    /// How a version of a mapping differs from another one (compare).
    case comparison(MappingComparison)
    /// What goes on behind the answer (replay).
    case replay(ResourceRow)
    /// How many records are gone for good (discard).
    case discarded(Int)
}

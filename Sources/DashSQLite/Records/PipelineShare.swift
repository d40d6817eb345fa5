import DashModel
import FoundationEssentials

/// What a group brings to one pipeline.
struct PipelineShare {
    let pipeline: UUID
    let team: UUID
    /// The accepted parts, by their place in the group.
    var parts: [Int] = []
    /// The sum of all parts that count, accepted or not.
    var ledger = Ledger()
}

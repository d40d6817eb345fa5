package import DashModel
package import FoundationEssentials

/// What a group brings to one pipeline.
package struct PipelineShare {
    package let pipeline: UUID
    package let team: UUID
    /// The accepted parts, by their place in the group.
    package var parts: [Int] = []
    /// The sum of all parts that count, accepted or not.
    package var ledger = Ledger()

    package init(pipeline: UUID, team: UUID) {
        self.pipeline = pipeline
        self.team = team
    }
}

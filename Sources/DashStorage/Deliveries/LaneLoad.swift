public import FoundationEssentials

/// How many bytes wait in a lane, and which pipeline fills it.
public struct LaneLoad: Sendable, Hashable {
    public var lane: BatchCommit.Lane
    public var pipeline: UUID
    public var bytes: Int64

    public init(lane: BatchCommit.Lane, pipeline: UUID, bytes: Int64) {
        self.lane = lane
        self.pipeline = pipeline
        self.bytes = bytes
    }

    /// What both engines ask, and how they read the answer.
    package static let question: SQLStatement = """
        SELECT pipeline_sink_id, downstream_id, pipeline_id, CAST(sum(byte_count) AS bigint) FROM deliveries \
        WHERE status = 'pending' GROUP BY 1, 2, 3
        """

    package init?(_ row: SQLRow) {
        guard let lane = row.uuid(0).map(BatchCommit.Lane.sink) ?? row.uuid(1).map(BatchCommit.Lane.pipeline),
            let pipeline = row.uuid(2)
        else { return nil }
        self.init(lane: lane, pipeline: pipeline, bytes: row.int(3) ?? 0)
    }
}

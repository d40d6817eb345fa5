import DashModel

extension LaneBacklog {
    /// Reads sink, downstream pipeline, pending, dead, pending bytes, the oldest receive time and an error. nil when the
    /// row names no lane.
    package init?(_ row: SQLRow) {
        guard let lane = row.uuid(0).map(BatchCommit.Lane.sink) ?? row.uuid(1).map(BatchCommit.Lane.pipeline) else {
            return nil
        }
        self.init(
            lane: lane,
            pending: Int(row.int(2) ?? 0),
            dead: Int(row.int(3) ?? 0),
            bytes: row.int(4) ?? 0,
            oldestReceivedAt: row.timestamp(5),
            lastError: row.text(6)
        )
    }
}

public import DashModel

/// What a stretch of records comes to.
public struct FilledMinutes: Sendable {
    /// By minute; nil when the field holds more than numbers there.
    public var summaries: [(minute: Timestamp, summary: RollupSummary)]?
    /// From when on the records were taken; nil: from the oldest.
    public var start: Timestamp?

    public init(summaries: [(minute: Timestamp, summary: RollupSummary)]?, start: Timestamp?) {
        self.summaries = summaries
        self.start = start
    }
}

public import DashJSON
public import DashModel
public import FoundationEssentials

/// What a source is asked for: the run it fetches for and where the last one ended.
public struct FetchRequest: Sendable {
    public var team: UUID
    public var pipeline: UUID
    public var dueAt: Timestamp
    /// The cursor that was committed with the last rows.
    public var cursor: JSONValue?

    public init(team: UUID, pipeline: UUID, dueAt: Timestamp, cursor: JSONValue?) {
        self.team = team
        self.pipeline = pipeline
        self.dueAt = dueAt
        self.cursor = cursor
    }
}

public import DashModel
public import FoundationEssentials

/// The newest records of a pipeline that a field's roll-ups lack: those below an id and before a moment, about so many.
public struct FillStretch: Sendable, Hashable {
    public var pipeline: UUID
    public var below: Int64
    public var before: Timestamp?
    public var limit: Int
}

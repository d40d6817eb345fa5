public import DashModel

/// How many records of a pipeline are quarantined for one reason.
public struct QuarantineCount: Sendable, Hashable {
    public var rule: String
    public var field: String?
    public var reason: String
    public var count: Int
    public var oldest: Timestamp
    public var newest: Timestamp
}

public import DashJSON
public import DashModel
public import FoundationEssentials

/// A job to insert.
public struct NewJob: Sendable {
    public var queue: String
    public var kind: String
    public var parameters: JSONValue
    public var team: UUID?
    /// The lowest runs first.
    public var priority: Int
    public var uniqueKey: String?
    public var maxAttempts: Int
    public var scheduledAt: Timestamp?

    public init(
        queue: String = "default",
        kind: String,
        parameters: JSONValue = [:],
        team: UUID? = nil,
        priority: Int = 0,
        uniqueKey: String? = nil,
        maxAttempts: Int = 20,
        scheduledAt: Timestamp? = nil
    ) {
        self.queue = queue
        self.kind = kind
        self.parameters = parameters
        self.team = team
        self.priority = priority
        self.uniqueKey = uniqueKey
        self.maxAttempts = maxAttempts
        self.scheduledAt = scheduledAt
    }
}

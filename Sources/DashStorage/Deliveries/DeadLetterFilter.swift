public import DashModel
public import FoundationEssentials

/// Which of a lane's dead letters are meant; every condition that is set has to hold.
public struct DeadLetterFilter: Sendable, Hashable {
    public var delivery: UUID?
    /// A part of the reason, capital letters or not.
    public var reason: String?
    /// Received at this time or later.
    public var from: Timestamp?
    /// Received before this time.
    public var to: Timestamp?

    public init(delivery: UUID? = nil, reason: String? = nil, from: Timestamp? = nil, to: Timestamp? = nil) {
        self.delivery = delivery
        self.reason = reason
        self.from = from
        self.to = to
    }

    package var condition: SQLStatement {
        var parts: [SQLStatement] = []
        if let delivery { parts.append(" AND id = \(delivery)") }
        if let reason {
            let escaped = reason.lowercased().replacing("!", with: "!!").replacing("%", with: "!%").replacing(
                "_",
                with: "!_"
            )
            parts.append(" AND lower(error_message) LIKE \("%\(escaped)%") ESCAPE '!'")
        }
        if let from { parts.append(" AND received_at >= \(from)") }
        if let to { parts.append(" AND received_at < \(to)") }
        return parts.joined(by: "")
    }
}

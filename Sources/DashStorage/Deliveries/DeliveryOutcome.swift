import DashJSON
public import DashModel

/// How an attempt to deliver ended.
public enum DeliveryOutcome: Sendable, Hashable {
    case delivered
    /// Tried and failed; due again at the given time. Counts an attempt.
    case retry(at: Timestamp, reason: String)
    case dead(reason: String)
}

extension DeliveryOutcome {
    /// The try as one more element of a delivery's `attempt_history`.
    package func historyEntry(at now: Timestamp) -> String {
        let reason: String =
            switch self {
            case .delivered: ""
            case .retry(_, let reason), .dead(let reason): reason
            }
        return JSONValue.object(["at": .string(now.text), "reason": .string(reason)]).text
    }
}

public import DashModel

/// How an attempt to deliver ended.
public enum DeliveryOutcome: Sendable, Hashable {
    case delivered
    /// Tried and failed; due again at the given time. Counts an attempt.
    case retry(at: Timestamp, reason: String)
    case dead(reason: String)
}

/// An element of a body of events that is none: it goes to the quarantine, and the others are taken.
public struct UnreadableEvent: Sendable {
    /// By what the same element of the same body is known when it is sent again.
    public var key: String
    /// For people.
    public var reason: String
    /// Its bytes as they came.
    public var data: [UInt8]

    public init(key: String, reason: String, data: [UInt8]) {
        self.key = key
        self.reason = reason
        self.data = data
    }
}

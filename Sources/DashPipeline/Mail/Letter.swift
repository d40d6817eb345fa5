public import DashModel
public import FoundationEssentials

/// A mail of the server's own to one person, in plain text.
public struct Letter: Sendable, Hashable {
    /// The same when it is sent again, so that mail servers and readers can tell a repeat.
    public var id: UUID
    public var to: String
    public var subject: String
    public var text: String
    public var date: Timestamp

    public init(id: UUID, to: String, subject: String, text: String, date: Timestamp) {
        self.id = id
        self.to = to
        self.subject = subject
        self.text = text
        self.date = date
    }
}

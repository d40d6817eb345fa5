public import DashModel
public import FoundationEssentials

/// One of a person's sessions, for their page of them.
public struct OpenSession: Sendable, Hashable {
    public var id: UUID
    public var userAgent: String?
    public var remoteAddress: String?
    public var signedInAt: Timestamp
    public var lastSeenAt: Timestamp
    public var expiresAt: Timestamp
    /// The one that asks.
    public var isCurrent: Bool

    public init(
        id: UUID,
        userAgent: String?,
        remoteAddress: String?,
        signedInAt: Timestamp,
        lastSeenAt: Timestamp,
        expiresAt: Timestamp,
        isCurrent: Bool
    ) {
        self.id = id
        self.userAgent = userAgent
        self.remoteAddress = remoteAddress
        self.signedInAt = signedInAt
        self.lastSeenAt = lastSeenAt
        self.expiresAt = expiresAt
        self.isCurrent = isCurrent
    }
}

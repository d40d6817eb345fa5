import DashJSON
public import DashModel
public import FoundationEssentials

/// A link of a mail that is still good.
public struct AccountLink: Sendable, Hashable {
    public enum Purpose: String, Sendable {
        /// The account of somebody who has signed up is made when the link is used.
        case signUp = "sign_up"
        case confirm
        case reset
        case changeEmail = "change_email"

        var lifetime: Duration { self == .reset ? .seconds(3_600) : .seconds(86_400) }
    }

    public var id: UUID
    public var purpose: Purpose
    /// Whose it is; nil for somebody who is no user yet.
    public var user: UUID?
    /// The address that it was made for.
    public var email: String
    public var expiresAt: Timestamp
    var pending: JSONValue

    /// nil when the row is none, or over.
    init?(_ row: ResourceRow, now: Timestamp) {
        guard let purpose = row.string("purpose").flatMap(Purpose.init(rawValue:)),
            let expiry = row.timestamp("expires_at"), expiry > now
        else { return nil }
        id = row.id
        self.purpose = purpose
        user = row.uuid("user_id")
        email = row.string("email") ?? ""
        expiresAt = expiry
        pending = row["pending"]
    }
}

public import DashModel

/// A row after a write, as a client may see it, with a secret that is shown only now.
public struct WrittenResource: Sendable, Hashable {
    public var row: ResourceRow
    /// A new API token, invitation or public link.
    public var secret: String?

    public init(row: ResourceRow, secret: String? = nil) {
        self.row = row
        self.secret = secret
    }
}

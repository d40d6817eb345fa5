public import DashModel

public struct ResourcePage: Sendable {
    public var rows: [ResourceRow]
    /// Hand it back as `after` for the next page; nil on the last.
    public var next: String?

    public init(rows: [ResourceRow], next: String?) {
        self.rows = rows
        self.next = next
    }
}

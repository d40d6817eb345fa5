public import DashModel

public struct ResourcePage: Sendable {
    public var rows: [ResourceRow]
    /// Hand it back as `after` for the next page; nil on the last.
    public var next: String?
    /// Hand it back as `before` for the page before; nil on the first.
    public var prev: String?

    public init(rows: [ResourceRow], next: String?, prev: String? = nil) {
        self.rows = rows
        self.next = next
        self.prev = prev
    }
}

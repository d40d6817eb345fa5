public import DashModel
public import FoundationEssentials

/// Rows of the declared resources. Every call names its scope, and the SQL is held to it in one place.
public protocol ResourceStore: Sendable {
    /// nil when there is no such row within the scope.
    func fetch(_ resource: Resource, id: UUID, in scope: AccessScope) async throws -> ResourceRow?

    func list(_ resource: Resource, _ query: ResourceQuery, in scope: AccessScope) async throws -> ResourcePage

    /// Applies all changes in one transaction. Throws `DashError` `.conflict` for a taken unique key, `.notFound` for a
    /// row outside the scope (or a foreign key to one), `.invalid` for a foreign key to nothing.
    @discardableResult
    func apply(_ changes: [ResourceChange], in scope: AccessScope) async throws -> [ResourceRow]
}

/// Whose rows a call may touch.
public enum AccessScope: Sendable, Hashable {
    /// Only rows that belong to the team.
    case team(UUID)
    /// Dash itself: sign-in, the scheduler, the lanes. Never made from a request's input.
    case system
}

/// One row to write. `insert` fills `id`, defaults and times; `update` leaves what it does not name.
public enum ResourceChange: Sendable {
    case insert(Resource, ResourceRow)
    case update(Resource, ResourceRow)
    case delete(Resource, id: UUID)
    /// A job in the same transaction.
    case enqueue(NewJob)
}

public struct ResourcePage: Sendable {
    public var rows: [ResourceRow]
    /// Hand it back as `after` for the next page; nil on the last.
    public var next: String?

    public init(rows: [ResourceRow], next: String?) {
        self.rows = rows
        self.next = next
    }
}

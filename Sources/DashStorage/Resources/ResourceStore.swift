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

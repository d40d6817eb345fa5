public import DashModel
public import FoundationEssentials

/// Rows of the declared resources. Every call names its scope, and the SQL is held to it in one place.
public protocol ResourceStore: Sendable {
    /// nil when there is no such row within the scope.
    func fetch(_ resource: Resource, id: UUID, in scope: AccessScope) async throws -> ResourceRow?

    /// A keyset page of the rows within the scope.
    func list(_ resource: Resource, _ query: ResourceQuery, in scope: AccessScope) async throws -> ResourcePage

    /// How many rows there are within the scope, counted no further than `limit`.
    func count(_ resource: Resource, upTo limit: Int, in scope: AccessScope) async throws -> Int

    /// Applies all changes in one transaction, in order; returns a row for each insert and update as it is stored, and for
    /// each that was deleted as it was. Throws `DashError` `.conflict` for a taken unique key, `.notFound` for a row
    /// outside the scope, `.preconditionFailed` for a required one that is not as it must be, `.invalid` for what does not
    /// fit its column. A foreign key to nothing is `.invalid` for `.system`; a
    /// team gets `.notFound`, as for another team's row, so that it can't tell the two apart.
    @discardableResult
    func apply(_ changes: [ResourceChange], in scope: AccessScope) async throws -> [ResourceRow]

    /// Seals with the newest key what an older one sealed, in the `limit` rows after the id; what they hold stays as it is.
    func reseal(_ resource: Resource, after id: UUID?, limit: Int) async throws -> ResealedRows
}

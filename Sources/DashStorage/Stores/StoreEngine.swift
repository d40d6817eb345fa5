/// The database behind a store.
public protocol StoreEngine: Sendable {
    /// Its parts.
    var store: Store { get }

    /// Brings the schema up to this binary's; throws when the database is newer.
    func migrate() async throws

    /// Throws when the database can't answer; for `/readyz`.
    func ping() async throws

    /// Gives back what it holds; nothing may be called afterwards.
    func close() async throws
}

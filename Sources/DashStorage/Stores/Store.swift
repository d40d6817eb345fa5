/// Everything that an engine gives: what the rest of Dash knows of a database.
public protocol Store: ResourceStore, RecordStore, QuarantineStore, DeliveryStore, JobStore, DueTimeStore {
    /// Brings the schema up to this binary's; throws when the database is newer.
    func migrate() async throws

    /// The numbers that are summed up as they come.
    var rollups: any RollupStore { get }

    /// Throws when the database can't answer; for `/readyz`.
    func ping() async throws

    /// Gives back what it holds; nothing may be called afterwards.
    func close() async throws
}

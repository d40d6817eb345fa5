public import FoundationEssentials

/// Which fields have roll-ups. Commits keep them by themselves from the moment a field is known here.
public protocol RollupStore: Sendable {
    /// The pipelines that have any.
    func rolledPipelines() async throws -> [UUID]

    func rolledFields(of pipeline: UUID) async throws -> [RolledField]

    /// Begins to keep roll-ups of the fields, from the next record on. Those that have them are left as they are.
    func rollUp(_ fields: Set<String>, of pipeline: UUID) async throws

    /// Adds about `limit` earlier records to a field's roll-ups, newest first; returns whether there may be more.
    /// May be stopped and called again at any moment, by anyone: no record is added twice.
    func fill(_ field: String, of pipeline: UUID, limit: Int) async throws -> Bool

    /// Has the fields whose earlier records are not all added answered from the rows from now on.
    func stopFilling(of pipeline: UUID) async throws

    /// Keeps roll-ups of the fields no more and deletes those that are there.
    func forget(_ fields: Set<String>, of pipeline: UUID) async throws
}

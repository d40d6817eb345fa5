/// Fetches what a polling pipeline reads. One value per run, made from the pipeline's config.
public protocol Source: Sendable {
    /// Throws `DashError`; `.unavailable` is worth a retry, anything else is not before a change.
    func fetch(_ request: FetchRequest) async throws -> FetchedBody
}

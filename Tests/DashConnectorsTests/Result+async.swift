extension Result where Failure == any Error {
    /// The outcome of an asynchronous body, kept so that something can be closed before it is looked at.
    init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}

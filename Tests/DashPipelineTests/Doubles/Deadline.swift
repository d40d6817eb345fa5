import Testing

/// Waits until something is true; a test that waits too long fails and goes on.
func eventually(
    _ what: Comment,
    within limit: Duration = .seconds(10),
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if try await condition() { return }
        await Task.yield()
    }
    let isTrue = try await condition()
    #expect(isTrue, what, sourceLocation: sourceLocation)
}

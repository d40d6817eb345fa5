import Testing

/// Looks until something is true; a test that waits too long fails and goes on. Between two looks it rests a moment: what
/// it waits for needs the processor.
func eventually(
    _ what: Comment,
    within limit: Duration = .seconds(60),
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if try await condition() { return }
        try await ContinuousClock().sleep(for: .milliseconds(2))
    }
    let isTrue = try await condition()
    #expect(isTrue, what, sourceLocation: sourceLocation)
}

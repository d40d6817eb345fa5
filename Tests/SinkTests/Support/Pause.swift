import Testing

/// Waiting for what another process does, with an end.
enum Pause {
    static func short() async throws {
        try await ContinuousClock().sleep(for: .milliseconds(150))
    }

    static func until(
        _ what: Comment,
        within patience: Duration = .seconds(60),
        sourceLocation: SourceLocation = #_sourceLocation,
        _ isTrue: () async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + patience
        while ContinuousClock.now < deadline {
            if try await isTrue() { return }
            // What it waits for needs the processor.
            try await ContinuousClock().sleep(for: .milliseconds(2))
        }
        Issue.record(what, sourceLocation: sourceLocation)
    }
}

extension Result where Failure == any Error {
    init(catching body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}

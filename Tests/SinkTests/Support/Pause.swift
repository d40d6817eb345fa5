import Testing

/// Waiting for what another process does, with an end.
enum Pause {
    static func short() async throws {
        let end = ContinuousClock.now + .milliseconds(150)
        while ContinuousClock.now < end { await Task.yield() }
    }

    static func until(
        _ what: Comment,
        within patience: Duration = .seconds(15),
        sourceLocation: SourceLocation = #_sourceLocation,
        _ isTrue: () async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + patience
        while ContinuousClock.now < deadline {
            if try await isTrue() { return }
            await Task.yield()
        }
        Issue.record(what, sourceLocation: sourceLocation)
    }
}

extension Result where Failure == any Error {
    init(catching body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}

/// Polls until something is so.
enum Deadline {
    struct Exceeded: Error, CustomStringConvertible {
        let description: String
    }

    static func poll(
        _ what: String,
        within limit: Duration = .seconds(30),
        _ isSo: () async throws -> Bool
    ) async throws {
        let end = ContinuousClock.now + limit
        while try await !isSo() {
            guard .now < end else { throw Exceeded(description: "not within \(limit): \(what)") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}

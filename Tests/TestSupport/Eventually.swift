public import Testing

/// Looks again and again until something is so. When it does not become so the test fails at the caller's line and goes
/// on, so that what it holds up is let go. The limit is far above what the slowest machine needs, as it costs time only
/// when the test fails. Between two looks it rests: what it waits for needs the processor.
public func eventually(
    _ what: String,
    within limit: Duration = .seconds(120),
    every pause: Duration = .milliseconds(2),
    sourceLocation: SourceLocation = #_sourceLocation,
    _ isSo: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    while try await !isSo() {
        guard .now < end else {
            Issue.record(Comment(rawValue: "not within \(limit): \(what)"), sourceLocation: sourceLocation)
            return
        }
        try await ContinuousClock().sleep(for: pause)
    }
}

/// Asks again and again until there is a value, and gives it. Who is asked may be away for a while: an error counts as
/// "not yet" and is told when time is up, unless it is a failed expectation.
@discardableResult
public func eventually<Value>(
    _ what: String,
    within limit: Duration = .seconds(120),
    every pause: Duration = .milliseconds(50),
    _ look: () async throws -> Value?
) async throws -> Value {
    let end = ContinuousClock.now + limit
    var last: String?
    while true {
        do {
            if let value = try await look() { return value }
        } catch let error where error is CancellationError || error is ExpectationFailedError {
            throw error
        } catch {
            last = String(describing: error)
        }
        guard .now < end else { throw DeadlineExceeded(what: what, limit: limit, last: last) }
        try await ContinuousClock().sleep(for: pause)
    }
}

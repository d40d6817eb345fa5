/// The condition that a test waited for didn't come true in time.
struct DeadlineExceeded: Error, CustomStringConvertible {
    let what: String
    let limit: Duration
    var last: String?

    var description: String { "not within \(limit): \(what)" + (last.map { ", last seen: \($0)" } ?? "") }
}

/// Polls until `body` gives a value; an error counts as "not yet" and is told when time is up.
@discardableResult
func eventually<Value>(
    _ what: String,
    within limit: Duration = .seconds(60),
    every pause: Duration = .milliseconds(50),
    _ body: () async throws -> Value?
) async throws -> Value {
    let clock = ContinuousClock()
    let end = clock.now + limit
    var last: String?
    while true {
        do {
            if let value = try await body() { return value }
        } catch {
            last = String(describing: error)
        }
        guard clock.now < end else { throw DeadlineExceeded(what: what, limit: limit, last: last) }
        try await clock.sleep(for: pause)
    }
}

import Synchronization

/// What many requests were answered, and after how long.
final class Answers: Sendable {
    private struct State {
        var counts: [Int: Int] = [:]
        var refusals: [Duration] = []
        var withoutRetryAfter = 0
        var unexpected: [String] = []
    }

    private let state = Mutex(State())

    func note(_ reply: Reply, after time: Duration) {
        state.withLock { state in
            state.counts[reply.status, default: 0] += 1
            switch reply.status {
            case 200..<300: break
            case 429, 503:
                state.refusals.append(time)
                if reply[header: "retry-after"] == nil { state.withoutRetryAfter += 1 }
            default: state.unexpected.append("\(reply.status) \(reply.text.prefix(300))")
            }
        }
    }

    func note(_ error: any Error) { state.withLock { $0.unexpected.append("\(error)") } }

    var refused: Int { state.withLock { $0.refusals.count } }
    var succeeded: Int { state.withLock { $0.counts.filter { (200..<300).contains($0.key) }.values.reduce(0, +) } }
    var withoutRetryAfter: Int { state.withLock(\.withoutRetryAfter) }
    /// Errors of the connection, and answers that are neither a success nor a clear "not now".
    var unexpected: [String] { state.withLock(\.unexpected) }

    /// How many refusals took longer.
    func refusals(over limit: Duration) -> Int { state.withLock { $0.refusals.count { $0 > limit } } }

    var summary: String {
        state.withLock { state in
            let counts = state.counts.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            let times = state.refusals.sorted()
            guard let slowest = times.last else { return counts.joined(separator: ", ") }
            return counts.joined(separator: ", ") + "; refused after \(times[times.count / 2]), at most \(slowest)"
        }
    }
}

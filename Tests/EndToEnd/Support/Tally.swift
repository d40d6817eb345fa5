import Synchronization

/// What became of many requests that ran at once.
final class Tally: Sendable {
    private let state = Mutex((counts: [MalformedBodies.Kind: Int](), failures: [String]()))

    var counts: [String: Int] {
        state.withLock { state in Dictionary(uniqueKeysWithValues: state.counts.map { ($0.key.rawValue, $0.value) }) }
    }
    var failures: [String] { state.withLock(\.failures) }

    func count(_ kind: MalformedBodies.Kind) { state.withLock { $0.counts[kind, default: 0] += 1 } }
    func fail(_ text: String) { state.withLock { $0.failures.append(text) } }
}

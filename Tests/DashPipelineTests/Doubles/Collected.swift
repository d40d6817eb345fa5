import Synchronization

/// Texts that several tasks collect.
final class Collected: Sendable {
    private let state = Mutex<[String]>([])

    var values: [String] { state.withLock { $0 } }

    func append(_ value: String) { state.withLock { $0.append(value) } }
}

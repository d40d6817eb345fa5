import Synchronization

/// What one test opened, to be closed when it is over.
final class TestScope: Sendable {
    @TaskLocal static var current: TestScope?

    private let endings = Mutex<[@Sendable () async throws -> Void]>([])

    /// Runs when the test is over, the last one first.
    func atEnd(_ ending: @escaping @Sendable () async throws -> Void) { endings.withLock { $0.append(ending) } }

    func end() async throws {
        let endings = endings.withLock { endings in
            defer { endings = [] }
            return endings
        }
        var failure: (any Error)?
        for ending in endings.reversed() {
            do { try await ending() } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    /// The scope of the running test; what needs a server needs one.
    static func required() throws -> TestScope {
        guard let current else { throw Unexpected("the suite lacks the trait .closingStores") }
        return current
    }
}

import Synchronization

/// Tells the store of the first progress that a job makes, when its earlier starts ended with the process.
final class JobProgress: Sendable {
    private let isTold: Mutex<Bool>
    private let tell: @Sendable () async throws -> Void

    init(isNeeded: Bool, _ tell: @escaping @Sendable () async throws -> Void) {
        isTold = Mutex(!isNeeded)
        self.tell = tell
    }

    func note() async throws {
        let isFirst = isTold.withLock { isTold in
            defer { isTold = true }
            return !isTold
        }
        if isFirst { try await tell() }
    }
}

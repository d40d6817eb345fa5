import DashModel
import Synchronization

/// A request that takes long; it can be ended from outside.
final class LongRequest: Sendable {
    @TaskLocal static var current: LongRequest?

    /// Ends the work when it is signalled.
    let stop = WakeSignal()
    private let lost = Mutex(false)

    /// The right to it has ended, and not only its client gone.
    var hasLostRight: Bool { lost.withLock { $0 } }

    func loseRight() {
        lost.withLock { $0 = true }
        stop.wake()
    }

    /// Runs the body, cancelled when it is to stop.
    func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await Self.$current.withValue(self) { try await body() } }
            group.addTask {
                await self.stop.wait()
                return nil
            }
            while let ended = try await group.next() {
                group.cancelAll()
                if let ended { return ended }
            }
            throw CancellationError()
        }
    }
}

import Dispatch
import Synchronization

/// Something asynchronous that a synchronous closure waits for.
final class Blocking<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let isDone = DispatchSemaphore(value: 0)

    init(_ body: @escaping @Sendable () async throws -> Value) {
        // The closure that waits has a thread of its own; this one must have a task of its own, too.
        Task.detached {
            do {
                let value = try await body()
                self.result.withLock { $0 = .success(value) }
            } catch {
                self.result.withLock { $0 = .failure(error) }
            }
            self.isDone.signal()
        }
    }

    func wait() throws -> Value {
        guard isDone.wait(timeout: .now() + 120) == .success, let result = result.withLock({ $0 }) else {
            throw Unexpected("it did not end in time")
        }
        return try result.get()
    }
}

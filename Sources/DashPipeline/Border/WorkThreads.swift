import Foundation
import Glibc
import Synchronization

/// Threads for work that takes more than a few milliseconds, so that it never stands in the way of requests: they are few,
/// and the system lets the others go first.
public final class WorkThreads: TaskExecutor {
    private let queue = LockedQueue()
    private let count: Int
    private let isStarted = Atomic(false)

    /// Below the other threads, though not so far that a busy machine never comes to it.
    private static let niceness: Int32 = 5

    /// They start with the first work.
    public init(count: Int) { self.count = max(1, count) }

    deinit { queue.close() }

    public func enqueue(_ job: consuming ExecutorJob) {
        if !isStarted.exchange(true, ordering: .relaxed) { for _ in 0..<count { Self.start(queue) } }
        queue.append(UnownedJob(job), for: asUnownedTaskExecutor())
    }

    /// Does the work on one of the threads. As a task of its own: a change of threads within one can be optimised away.
    public func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask(executorPreference: self) { try await body() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }

    private static func start(_ queue: LockedQueue) {
        let thread = Thread {
            // On Linux niceness is a thread's.
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
            while let (job, executor) = queue.next() { job.runSynchronously(on: executor) }
        }
        thread.name = "dash.work"
        // As the main thread's: expressions and documents are nested.
        thread.stackSize = 8 << 20
        thread.start()
    }
}

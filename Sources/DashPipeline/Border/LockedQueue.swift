import Glibc

/// Jobs for threads that sleep while there are none.
final class LockedQueue: @unchecked Sendable {
    // Everything below is touched under the lock only; the test runs many senders against many threads
    // (`BorderTests`).
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let filled = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var jobs: [(job: UnownedJob, executor: UnownedTaskExecutor)] = []
    private var head = 0
    private var isClosed = false

    init() {
        pthread_mutex_init(lock, nil)
        pthread_cond_init(filled, nil)
    }

    deinit {
        pthread_mutex_destroy(lock)
        pthread_cond_destroy(filled)
        lock.deallocate()
        filled.deallocate()
    }

    func append(_ job: UnownedJob, for executor: UnownedTaskExecutor) {
        pthread_mutex_lock(lock)
        jobs.append((job, executor))
        pthread_cond_signal(filled)
        pthread_mutex_unlock(lock)
    }

    /// Waits for the next job; nil when the queue is closed.
    func next() -> (UnownedJob, UnownedTaskExecutor)? {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        while head == jobs.count {
            if isClosed { return nil }
            pthread_cond_wait(filled, lock)
        }
        let next = jobs[head]
        head += 1
        if head == jobs.count || head > 1_024 {
            jobs.removeFirst(head)
            head = 0
        }
        return next
    }

    func close() {
        pthread_mutex_lock(lock)
        isClosed = true
        pthread_cond_broadcast(filled)
        pthread_mutex_unlock(lock)
    }
}

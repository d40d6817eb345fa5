/// The jobs that a runner has claimed and not started yet, and how many more it may claim: a state machine without
/// clock or store.
///
/// A runner of jobs that are over at once would mostly wait for claims. So it claims ahead what it starts in a moment,
/// as measured; jobs that take long are left to the other nodes.
struct JobBacklog<Job> {
    typealias Instant = ContinuousClock.Instant

    /// How far a runner claims ahead.
    private static var moment: Duration { .milliseconds(50) }
    private static var mostAhead: Int { 1_000 }

    private let concurrency: Int
    private var waiting: [(job: Job, since: Instant)] = []
    private var head = 0
    private var ahead = 0
    private var started = 0
    private var measuredAt: Instant
    /// Workers that run jobs now.
    private(set) var workers = 0

    init(concurrency: Int, now: Instant) {
        self.concurrency = concurrency
        measuredAt = now
    }

    var count: Int { waiting.count - head }

    /// How many to claim now. What is run but not settled counts against it: a store that can't keep up is not fed.
    func room(unsettled: Int) -> Int {
        guard count <= ahead / 2, unsettled < 2 * Self.mostAhead + concurrency else { return 0 }
        return max(0, concurrency - workers + ahead - count)
    }

    mutating func add(_ jobs: [Job], now: Instant) {
        measure(now)
        waiting += jobs.map { ($0, now) }
    }

    /// How many workers to start, which are counted from now on.
    mutating func startWorkers() -> Int {
        let new = max(0, min(concurrency - workers, count))
        workers += new
        return new
    }

    /// A worker's next job; nil: there is none, and the worker ends. `isLow`: it is time to claim again.
    mutating func next() -> (job: Job, isLow: Bool)? {
        guard let first = pop() else {
            workers -= 1
            return nil
        }
        started += 1
        return (first, ahead > 0 && count == ahead / 2)
    }

    /// A worker does something else from now on.
    mutating func leave() { workers -= 1 }

    /// Jobs that have been waiting since before the given moment: others may have them.
    mutating func takeBack(before: Instant) -> [Job] {
        var taken: [Job] = []
        while head < waiting.count, waiting[head].since < before, let job = pop() { taken.append(job) }
        return taken
    }

    private mutating func pop() -> Job? {
        guard head < waiting.count else { return nil }
        defer {
            head += 1
            if head == waiting.count || head > Self.mostAhead {
                waiting.removeFirst(head)
                head = 0
            }
        }
        return waiting[head].job
    }

    /// What was started since the last claim tells how much a moment takes.
    private mutating func measure(_ now: Instant) {
        let elapsed = max(.microseconds(100), now - measuredAt)
        ahead = min(Self.mostAhead, Int(Double(started) * (Self.moment / elapsed)))
        started = 0
        measuredAt = now
    }
}

import DashJSON
import DashJobs
import DashModel
import DashPostgres
import DashStorage
import Logging
import ServiceLifecycle
import Synchronization

/// A hundred thousand jobs that do nothing: inserted a thousand at a time while a runner drains them, until all are done.
func postgresJobFigures(_ run: BenchRun) async throws -> [Figure] {
    guard let server = run.database else { throw BenchError("DASH_BENCH_DATABASE_URL names no server") }
    let count = 100_000
    let database = try BenchDatabase(server, "jobs")
    defer { database.drop() }
    try database.migrate(run)
    var logger = Logger(label: "bench.jobs")
    logger.logLevel = .error
    var rates: [Double] = []
    for _ in 0..<run.rounds {
        let connection = try database.connect()
        try connection.rows("TRUNCATE jobs")
        try connection.rows("CHECKPOINT")
        let engine = PostgresEngine(url: database.url, sealer: PlainSealer(), logger: logger)
        let seconds = try await drain(count, engine, logger)
        try await engine.close()
        guard try connection.value("SELECT count(*) FROM jobs WHERE state = 'completed'") == "\(count)" else {
            throw BenchError("not every job is completed")
        }
        rates.append(Double(count) / seconds)
    }
    return [
        Figure(
            name: "jobs inserted and drained, 100 000",
            value: rates.median,
            unit: "jobs/s",
            target: .atLeast(8_000),
            samples: rates
        )
    ]
}

private struct NoOp: JobHandler {
    let kind = "bench.nothing"
    func run(_ parameters: JSONValue, _ context: JobContext) async throws -> JobResult { .completed }
}

private func drain(_ count: Int, _ engine: PostgresEngine, _ logger: Logger) async throws -> Double {
    let signals = JobSignals()
    var registry = JobRegistry()
    registry.register(NoOp())
    let (ends, end) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let settled = Mutex(0)
    let runner = JobRunner(
        queue: "bench",
        store: engine.store.jobs,
        registry: registry,
        concurrency: 256,
        signals: signals,
        logger: logger,
        observe: { _ in
            let isLast = settled.withLock { settled in
                settled += 1
                return settled == count
            }
            if isLast { end.finish() }
        }
    )
    let start = monotonicSeconds()
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await engine.run() }
        group.addTask { try await runner.run() }
        let jobs = (0..<1_000).map { _ in NewJob(queue: "bench", kind: "bench.nothing") }
        for _ in 0..<count / jobs.count {
            try await engine.store.jobs.enqueue(jobs, now: SystemClock().now)
            signals["bench"].wake()
        }
        for await _ in ends {}
        let seconds = monotonicSeconds() - start
        group.cancelAll()
        while let result = await group.nextResult() {
            if case .failure(let error) = result, !(error is CancellationError) { throw error }
        }
        return seconds
    }
}

import DashExchange
import DashJSON
import DashJobs
import DashModel
import DashPipeline
import DashPostgres
import DashStorage
import Foundation
import Glibc
import Logging
import ServiceLifecycle

/// Dash's scheduler alone in a process, so that its processor time can be told: `scheduler --database URL --from MICROSECONDS
/// --seconds S [--without-recording]`. Prints what it measured from that moment on.
enum SchedulerProcess {
    struct Result {
        var recorded: Int
        var p50: Double
        var p99: Double
        /// Processor seconds a second.
        var cores: Double
    }

    /// Runs it as a process of its own.
    static func measure(_ database: BenchDatabase, from start: Timestamp, seconds: Double, records: Bool) throws
        -> Result
    {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = BenchRun.program
        process.arguments =
            [
                "scheduler", "--from", String(start.microseconds), "--seconds", String(seconds), "--database",
                database.url,
            ]
            + (records ? [] : ["--without-recording"])
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let numbers = String(decoding: output, as: UTF8.self).split(whereSeparator: \.isWhitespace).compactMap {
            Double($0)
        }
        guard process.terminationStatus == 0, numbers.count == 4 else { throw BenchError("the scheduler failed") }
        return Result(recorded: Int(numbers[0]), p50: numbers[1], p99: numbers[2], cores: numbers[3])
    }

    static func main(_ arguments: [String]) async throws {
        guard let url = DashBenchmarks.text(after: "--database", in: arguments),
            let from = DashBenchmarks.number(after: "--from", in: arguments),
            let seconds = DashBenchmarks.text(after: "--seconds", in: arguments).flatMap(Double.init)
        else { throw BenchError("scheduler needs --database, --from and --seconds") }
        var logger = Logger(label: "bench.scheduler")
        logger.logLevel = .error
        let postgres = PostgresEngine(url: url, sealer: PlainSealer(), logger: logger)
        var store = postgres.store
        let dueTimes = TimedDueTimes(store.dueTimes, records: !arguments.contains("--without-recording"))
        store.dueTimes = dueTimes
        let scheduler = PollScheduler(
            store: store,
            pubsub: MemoryPubSub(),
            states: PollStates(),
            signals: JobSignals(),
            clock: SystemClock(),
            logger: logger
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await postgres.run() }
            group.addTask { try await scheduler.run() }
            let start = Timestamp(microseconds: Int64(from))
            try await Task.sleep(for: start - SystemClock().now)
            _ = dueTimes.takeLateness()
            let before = usedSeconds
            let began = monotonicSeconds()
            try await Task.sleep(for: .seconds(seconds))
            let cores = (usedSeconds - before) / (monotonicSeconds() - began)
            let lateness = dueTimes.takeLateness()
            let figures = "\(lateness.count) \(lateness.percentile(0.5)) \(lateness.percentile(0.99)) \(cores)\n"
            FileHandle.standardOutput.write(Data(figures.utf8))
            // What the scheduler still has to record may be much, and nobody measures it.
            exit(0)
        }
    }

    private static var usedSeconds: Double { ProcessTimes(of: Int(getpid()))?.own ?? 0 }
}

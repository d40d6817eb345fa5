import Foundation

/// `make bench`: measures Dash beside floors of the same run. The other commands are the processes it starts.
@main
enum DashBenchmarks {
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            switch arguments.first {
            case "floor-server": try await FloorServer.serve(port: number(after: "--port", in: arguments) ?? 0)
            case "viewers": try ViewerProcess.main(arguments)
            case "scheduler": try await SchedulerProcess.main(arguments)
            default: try await measure(arguments)
            }
        } catch {
            FileHandle.standardError.write(Data("bench: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func measure(_ arguments: [String]) async throws {
        let run = BenchRun(
            server: URL(filePath: text(after: "--server", in: arguments) ?? ".build/release/dashd"),
            rounds: number(after: "--rounds", in: arguments) ?? 3,
            seconds: Double(text(after: "--seconds", in: arguments) ?? "") ?? 3,
            database: try databaseURL.map { try DatabaseServer(url: $0) }
        )
        let engine = text(after: "--engine", in: arguments) ?? "all"
        guard let groups = engines[engine] else { throw BenchError("--engine is one of \(engines.keys.sorted())") }
        let only = text(after: "--only", in: arguments)
        var report = BenchReport(database: run.database?.description)
        for benchmark in groups where only == nil || benchmark.name == only {
            print("… \(benchmark.name)")
            do {
                report.figures += try await benchmark.measure(run)
            } catch {
                report.failures.append("\(benchmark.name): \(error)")
            }
        }
        try report.write(to: URL(filePath: text(after: "--output", in: arguments) ?? ".build/bench.json"))
        print(report.table)
        if !report.failures.isEmpty { exit(1) }
    }

    private typealias Benchmark = (name: String, measure: (BenchRun) async throws -> [Figure])

    /// What `--engine` may be, with what is measured for it.
    private static var engines: [String: [Benchmark]] {
        ["all": embedded + postgres, "sqlite": embedded, "postgres": postgres]
    }

    /// The figures of the embedded engine and of what has nothing to do with engines, in this order.
    private static var embedded: [Benchmark] {
        [
            ("mapping", { _ in try mappingFigures() }),
            ("batch", { try batchIngestFigures($0) }),
            ("single", { try singleIngestFigures($0) }),
            ("latency", { try latencyFigures($0) }),
            ("viewers", { try viewerFigures($0) }),
            ("neighbours", { try neighbourFigures($0) }),
            ("start", { try coldStartFigures($0) }),
            ("memory", { try memoryFigures($0) }),
        ]
    }

    /// The figures of PostgreSQL and TimescaleDB.
    private static var postgres: [Benchmark] {
        [
            ("postgres-batch", { try postgresBatchFigures($0) }),
            ("postgres-single", { try postgresSingleFigures($0) }),
            ("postgres-jobs", { try await postgresJobFigures($0) }),
            ("postgres-chart", { try postgresChartFigures($0) }),
            ("postgres-schedule", { try postgresSchedulerFigures($0) }),
        ]
    }

    /// The server to measure on: a login that may create databases and set the server up, or a server of the tests.
    private static var databaseURL: String? {
        let environment = ProcessInfo.processInfo.environment
        return environment["DASH_BENCH_DATABASE_URL"] ?? environment["DASH_TEST_TIMESCALE_URL"]
    }

    static func text(after flag: String, in arguments: [String]) -> String? {
        guard let index = arguments.firstIndex(of: flag), index + 1 < arguments.count else { return nil }
        return arguments[index + 1]
    }

    static func number(after flag: String, in arguments: [String]) -> Int? {
        text(after: flag, in: arguments).flatMap { Int($0) }
    }
}

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
            seconds: Double(text(after: "--seconds", in: arguments) ?? "") ?? 3
        )
        let only = text(after: "--only", in: arguments)
        var report = BenchReport()
        for benchmark in benchmarks where only == nil || benchmark.name == only {
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

    /// Everything that is measured, in this order.
    private static var benchmarks: [(name: String, measure: (BenchRun) async throws -> [Figure])] {
        [
            ("mapping", { _ in try mappingFigures() }),
            ("batch", { try batchIngestFigures($0) }),
            ("single", { try singleIngestFigures($0) }),
            ("latency", { try latencyFigures($0) }),
            ("viewers", { try viewerFigures($0) }),
            ("start", { try coldStartFigures($0) }),
            ("memory", { try memoryFigures($0) }),
        ]
    }

    static func text(after flag: String, in arguments: [String]) -> String? {
        guard let index = arguments.firstIndex(of: flag), index + 1 < arguments.count else { return nil }
        return arguments[index + 1]
    }

    static func number(after flag: String, in arguments: [String]) -> Int? {
        text(after: flag, in: arguments).flatMap { Int($0) }
    }
}

import ArgumentParser
import Foundation

/// Feeds everything that takes bytes or parameters with odd input. A trap ends a process, so a child does the work and
/// this one watches it, tells what the child died, hung or grew of, and starts the next child behind that case.
@main
struct FuzzCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "DashFuzz")

    @Option(help: "How long to go on, in seconds.") var seconds = 30
    @Option(help: "The seed; a new one unless given.") var seed: UInt64?
    @Option(help: "Run this one case only and show it.") var only: UInt64?
    @Option(help: "Only the targets whose names hold this text.") var target = ""
    @Option(help: "How much processor time a case may take, in seconds.") var limit = 1.0
    @Option(help: "How much memory the child may have, in megabytes.") var memory = 600
    @Option(help: .hidden) var child: String?
    @Option(help: .hidden) var from: UInt64 = 0

    func run() async throws {
        let seed = seed ?? UInt64.random(in: 0 ... .max)
        let targets = try await FuzzTargets.all().filter { target.isEmpty || $0.name.contains(target) }
        guard !targets.isEmpty else { throw ValidationError("no target is called like that") }
        if let only {
            var input = FuzzInput(seed: seed, number: only, isTold: true)
            let target = FuzzTargets.target(of: only, in: targets)
            print("case \(only) of seed \(seed): \(target.name)")
            try await target.run(&input)
        } else if let child {
            try await FuzzWorker(targets: targets, seed: seed, progress: FuzzProgress(path: child)).run(from: from)
        } else {
            let names = targets.map(\.name).joined(separator: ", ")
            print("fuzzing with seed \(seed) for \(seconds) s: \(names)")
            let supervisor = FuzzSupervisor(
                seed: seed,
                arguments: ["--seed", "\(seed)", "--target", target],
                targets: targets.map(\.name),
                limits: .init(processor: limit, megabytes: memory)
            )
            let report = try await supervisor.run(for: .seconds(seconds))
            print(report.text)
            if !report.faults.isEmpty { throw ExitCode(1) }
        }
    }
}

import Foundation

/// Starts children and watches them: a case that ends its process, takes too much time or too much memory is noted,
/// and the next child begins behind it.
struct FuzzSupervisor {
    struct Limits {
        /// Seconds of processor time for one case: a busy machine makes no case slow.
        var processor: Double
        var megabytes: Int
    }

    /// After so many faults the run ends: there is enough to mend.
    private static let enough = 100

    let seed: UInt64
    let arguments: [String]
    let targets: [String]
    let limits: Limits

    func run(for duration: Duration) async throws -> FuzzReport {
        var report = FuzzReport(seed: seed)
        let folder = FileManager.default.temporaryDirectory.appending(path: "dash-fuzz-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let progress = try FuzzProgress(path: folder.appending(path: "case").path)
        let start = ContinuousClock.now
        let end = start + duration
        var next: UInt64 = 0
        while ContinuousClock.now < end, report.faults.reduce(0, { $0 + $1.count }) < Self.enough {
            progress.current = next
            let log = folder.appending(path: "log-\(next)")
            let fault = try await watch(from: next, progress, folder, log, until: end, &report)
            guard var fault else { break }
            let lines = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
            fault.details = lines.split(separator: "\n").prefix(60).joined(separator: "\n")
            report.add(fault)
            next = fault.number + 1
        }
        report.cases = progress.current
        let elapsed = (ContinuousClock.now - start).components
        report.seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
        return report
    }

    /// nil when the time was up.
    private func watch(
        from first: UInt64,
        _ progress: FuzzProgress,
        _ folder: URL,
        _ log: URL,
        until end: ContinuousClock.Instant,
        _ report: inout FuzzReport
    ) async throws -> FuzzReport.Fault? {
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        let output = try FileHandle(forWritingTo: log)
        let child = Process()
        child.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        let file = folder.appending(path: "case").path
        child.arguments = arguments + ["--child", file, "--from", "\(first)"]
        child.environment = ProcessInfo.processInfo.environment.merging(
            [
                "SWIFT_BACKTRACE":
                    "enable=yes,color=no,interactive=no,threads=crashed,limit=24,images=none,registers=none,sanitize=no,timeout=20s"
            ]
        ) { _, new in new }
        child.standardOutput = output
        child.standardError = output
        try child.run()
        defer {
            if child.isRunning { kill(child.processIdentifier, SIGKILL) }
            child.waitUntilExit()
            try? output.close()
        }
        var number = first
        var spent = ProcessUsage(of: child.processIdentifier)?.seconds ?? 0
        while ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(50))
            func fault(_ kind: FuzzReport.Fault.Kind) -> FuzzReport.Fault {
                let target = targets[Int(progress.current % UInt64(targets.count))]
                return FuzzReport.Fault(kind: kind, target: target, number: progress.current, details: "")
            }
            guard child.isRunning else { return fault(.ended) }
            guard let usage = ProcessUsage(of: child.processIdentifier) else { continue }
            report.peakMegabytes = max(report.peakMegabytes, usage.peakMegabytes)
            if usage.megabytes > limits.megabytes { return fault(.grew) }
            if progress.current != number {
                number = progress.current
                spent = usage.seconds
            } else if usage.seconds - spent > limits.processor, !usage.isTracing {
                return fault(.hung)
            }
        }
        return nil
    }
}

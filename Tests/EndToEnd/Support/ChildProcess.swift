import Foundation
import Glibc
import TestSupport

/// A program that a test started. Signals go to its id alone.
final class ChildProcess: Sendable {
    let pid: Int32
    /// Standard output and standard error together.
    let log: URL
    private let exit = ExitStatus()

    init(_ program: URL, _ arguments: [String], environment: [String: String], log: URL) throws {
        self.log = log
        if !FileManager.default.fileExists(atPath: log.path) {
            _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        }
        let output = try FileHandle(forWritingTo: log)
        try output.seekToEnd()
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = Paths.repository
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        let exit = exit
        // 128 + signal, as a shell says it.
        process.terminationHandler = {
            exit.set($0.terminationReason == .exit ? $0.terminationStatus : 128 + $0.terminationStatus)
        }
        try process.run()
        pid = process.processIdentifier
        try output.close()
    }

    var isRunning: Bool { exit.code == nil }

    func signal(_ number: Int32) {
        if isRunning { _ = Glibc.kill(pid, number) }
    }

    /// Waits for the end; throws when it doesn't come, and kills the process then.
    func waitForExit(within limit: Duration = .seconds(120)) async throws -> Int32 {
        do {
            return try await eventually("process \(pid) ends", within: limit, every: .milliseconds(10)) { exit.code }
        } catch {
            signal(SIGKILL)
            throw error
        }
    }

    /// Ends it at once, as a power cut would.
    func kill() async {
        signal(SIGKILL)
        _ = await exit.value()
    }

    var output: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// Resident memory now and at its highest, in bytes.
    var memory: (resident: Int, peak: Int) {
        let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        func bytes(_ key: String) -> Int {
            let line = status.split(separator: "\n").first { $0.hasPrefix(key + ":") } ?? ""
            return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) }.map {
                $0 * 1024
            } ?? 0
        }
        return (bytes("VmRSS"), bytes("VmHWM"))
    }

    /// Runs a program to its end.
    static func run(
        _ program: URL,
        _ arguments: [String],
        environment: [String: String],
        within limit: Duration = .seconds(180)
    ) async throws -> (code: Int32, output: String) {
        let log = FileManager.default.temporaryDirectory.appending(path: "dash-\(UUID().uuidString).log")
        defer { try? FileManager.default.removeItem(at: log) }
        let process = try ChildProcess(program, arguments, environment: environment, log: log)
        let code = try await process.waitForExit(within: limit)
        return (code, process.output)
    }
}

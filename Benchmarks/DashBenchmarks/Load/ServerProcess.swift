import DashJSON
import Foundation
import Glibc

/// A server that a benchmark measures, with its own data directory.
final class ServerProcess {
    let port: Int
    let data: URL
    let process = Process()
    let startSeconds: Double

    /// Starts the program and waits until it answers on `path`.
    init(
        _ program: URL,
        _ arguments: (Int, URL) -> [String],
        data: URL? = nil,
        environment: [String: String] = [:],
        ready path: String
    ) throws {
        port = try Socket.freePort()
        self.data = try data ?? Self.temporaryDirectory()
        let log = self.data.appending(path: "bench-server.log")
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        let output = try FileHandle(forWritingTo: log)
        process.executableURL = program
        process.arguments = arguments(port, self.data)
        process.environment = [
            "PATH": "/usr/bin:/bin", "HOME": self.data.path, "DASH_EGRESS_ALLOW": "127.0.0.0/8",
        ].merging(environment) { _, given in given }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        let started = monotonicSeconds()
        try process.run()
        let request = HTTPMessage.request("GET", path)
        while !Self.answers(port, request) {
            guard process.isRunning, monotonicSeconds() - started < 60 else {
                let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
                throw BenchError("\(program.lastPathComponent) did not start: \(text.suffix(1_000))")
            }
            usleep(1_000)
        }
        startSeconds = monotonicSeconds() - started
    }

    deinit { stop() }

    func stop() {
        if process.isRunning {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    func removeData() { try? FileManager.default.removeItem(at: data) }

    var residentBytes: Double {
        let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }.map { $0 * 1_024 }
            ?? 0
    }

    /// User and system time used so far.
    var cpuSeconds: Double { ProcessTimes(of: Int(process.processIdentifier))?.own ?? 0 }

    private static func answers(_ port: Int, _ request: [UInt8]) -> Bool {
        guard let socket = try? Socket(port: port) else { return false }
        defer { socket.close() }
        var answer: [UInt8] = []
        guard (try? socket.write(request, from: 0)) == request.count else { return false }
        while HTTPMessage.response(in: answer) == nil {
            guard let count = try? socket.read(into: &answer), count > 0 else { return false }
        }
        return HTTPMessage.response(in: answer)?.status == 200
    }

    static func temporaryDirectory() throws -> URL {
        let directory = FileManager.default.temporaryDirectory.appending(path: "dash-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        return directory
    }
}

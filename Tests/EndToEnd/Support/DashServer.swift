import Foundation
import Glibc
import Synchronization
import TestSupport

/// A `dashd` of its own: a data directory, a port, a log; started, killed and started again as a test wishes.
final class DashServer: Sendable {
    let data: URL
    let port: Int
    let environment: [String: String]
    private let process = Mutex<ChildProcess?>(nil)

    var base: String { "http://127.0.0.1:\(port)" }
    var log: URL { data.appending(path: "test-server.log") }
    var output: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }
    var child: ChildProcess? { process.withLock { $0 } }

    init(data: URL, port: Int, environment: [String: String]) {
        self.data = data
        self.port = port
        var all = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": data.path]
        // Tests talk to receivers on this machine, which the default rule refuses.
        all["DASH_EGRESS_ALLOW"] = "127.0.0.0/8"
        all.merge(environment) { $1 }
        self.environment = all
    }

    /// Lends a server to the closure; its process is gone afterwards, and its data unless `keep` names a place for it.
    static func with<Value>(
        environment: [String: String] = [:],
        start: Bool = true,
        _ body: (DashServer) async throws -> Value
    ) async throws -> Value {
        let data = try Paths.temporaryDirectory()
        let server = DashServer(data: data, port: try freePort(), environment: environment)
        do {
            if start { try await server.start() }
            let value = try await body(server)
            await server.kill()
            try? FileManager.default.removeItem(at: data)
            return value
        } catch {
            await server.kill()
            print("the server's log, \(server.log.path), ends with:\n\(server.output.suffix(4_000))")
            throw error
        }
    }

    /// Starts the process and waits until it is ready.
    func start(_ arguments: [String] = [], within limit: Duration = .seconds(180)) async throws {
        let child = try spawn(arguments)
        try await HTTP.with(base) { http in
            try await eventually("dashd is ready", within: limit) { () -> Bool? in
                guard child.isRunning else { throw Stopped(code: try await child.waitForExit(), output: output) }
                return try await http.get("/readyz").status == 200 ? true : nil
            }
        }
    }

    /// Starts the process and doesn't wait.
    func spawn(_ arguments: [String] = []) throws -> ChildProcess {
        let child = try ChildProcess(
            Paths.dashd,
            ["serve", "--host", "127.0.0.1", "--port", String(port), "--data", data.path] + arguments,
            environment: environment,
            log: log
        )
        process.withLock { $0 = child }
        return child
    }

    /// kill -9.
    func kill() async {
        let child = process.withLock { child in
            defer { child = nil }
            return child
        }
        await child?.kill()
    }

    /// SIGTERM, then the exit code.
    func terminate(within limit: Duration = .seconds(120)) async throws -> Int32 {
        guard let child else { return -1 }
        child.signal(SIGTERM)
        let code = try await child.waitForExit(within: limit)
        process.withLock { $0 = nil }
        return code
    }

    /// Runs another command of the binary on the same data.
    func command(_ arguments: [String], environment extra: [String: String] = [:]) async throws -> (
        code: Int32, output: String
    ) {
        try await ChildProcess.run(
            Paths.dashd,
            arguments + ["--data", data.path],
            environment: environment.merging(extra) { $1 }
        )
    }

    struct Stopped: Error {
        let code: Int32
        let output: String
    }
}

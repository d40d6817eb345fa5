import CLibpq
import Foundation
import Glibc
import TestSupport

/// A database server of a test's own, which may be stopped, killed and filled; it is gone with the test.
struct DatabaseInstance: Sendable {
    enum Kind: String {
        case timescale, postgres, replica
    }

    let name: String
    let url: String
    /// The folder with its data.
    let data: String

    var database: TestDatabase { TestDatabase(url: url) }

    /// `scripts/databases`; nil where the tests run without database servers.
    static let script = ProcessInfo.processInfo.environment["DASH_TEST_DATABASES"].flatMap {
        $0.isEmpty ? nil : URL(filePath: $0)
    }

    /// Whether a server may have a file system of its own.
    static let canMount = geteuid() == 0 && access("/dev/loop-control", W_OK) == 0

    /// Starts a server, lends it, and stops it. `disk` is the size of its file system in MB.
    static func with<Value>(
        _ kind: Kind = .timescale,
        of primary: DatabaseInstance? = nil,
        disk: Int? = nil,
        settings: [String] = [],
        _ body: (DatabaseInstance) async throws -> Value
    ) async throws -> Value {
        let name = "fault-\(getpid())-\(UUID().uuidString.lowercased().prefix(8))"
        var arguments = ["start-instance", name, kind.rawValue, "0", "shared_buffers=64MB"] + settings
        if let primary { arguments.append("of=\(primary.name)") }
        if let disk { arguments.append("disk=\(disk)") }
        do {
            let output = try await run(arguments)
            guard let url = output.split(separator: "\n").last(where: { $0.hasPrefix("postgres://") }) else {
                throw TestDatabase.Refused(description: "no address: \(output)")
            }
            let data = try TestDatabase(url: String(url)).run("SHOW data_directory").first?.first ?? ""
            let value = try await body(DatabaseInstance(name: name, url: String(url), data: data))
            try await run(["stop-instance", name])
            return value
        } catch {
            _ = try? await run(["stop-instance", name])
            throw error
        }
    }

    /// pg_ctl on its data.
    func control(_ arguments: String...) async throws { try await Self.run(["ctl", name] + arguments) }

    /// Starts it again unless it runs, until it answers: one that gives up may still be about to stop itself, and one that
    /// starts may have much to recover.
    func start() async throws {
        _ = try await eventually("\(name) answers", within: .seconds(300)) {
            if try await !isRunning { try await control("start", "-w", "-t", "180") }
            return try await query("SELECT 1") == "1" ? true : nil
        }
    }

    /// Ends it without a word and starts it again, until it answers.
    func crash() async throws {
        try await control("stop", "-m", "immediate", "-w")
        try await start()
    }

    var isRunning: Bool {
        get async throws {
            let (code, _) = try await Self.command(["ctl", name, "status"], within: .seconds(120))
            return code == 0
        }
    }

    /// psql's answer to statements that take a while: they hold up no thread of the test.
    @discardableResult
    func query(_ statements: String, within limit: Duration = .seconds(300)) async throws -> String {
        try await Self.run(["psql", name, "-qAt", "-v", "ON_ERROR_STOP=1", "-c", statements], within: limit)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The server's process and all its children.
    func processes() throws -> [Int32] {
        let file = try String(contentsOfFile: data + "/postmaster.pid", encoding: .utf8)
        guard let postmaster = file.split(separator: "\n").first.flatMap({ Int32($0) }) else { return [] }
        let children = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }.filter {
            let status = (try? String(contentsOfFile: "/proc/\($0)/stat", encoding: .utf8)) ?? ""
            // The second field is a name in parentheses, which may hold anything.
            let fields = status.split(separator: ")").last?.split(separator: " ") ?? []
            return fields.count > 1 && Int32(fields[1]) == postmaster
        }
        return [postmaster] + children
    }

    @discardableResult
    private static func run(_ arguments: [String], within limit: Duration = .seconds(300)) async throws -> String {
        let (code, output) = try await command(arguments, within: limit)
        guard code == 0 else {
            throw TestDatabase.Refused(description: "\(arguments.joined(separator: " ")) ended with \(code): \(output)")
        }
        return output
    }

    private static func command(_ arguments: [String], within limit: Duration) async throws -> (Int32, String) {
        guard let script else { throw TestDatabase.Refused(description: TestServers.hint) }
        let environment = ProcessInfo.processInfo.environment.filter { key, _ in
            key == "PATH" || key == "HOME" || key.hasPrefix("DASH_DATABASES")
        }
        let (code, output) = try await ChildProcess.run(script, arguments, environment: environment, within: limit)
        return (code, output)
    }
}

import ArgumentParser
import DashAPI
import DashConnectors
import DashModel
import DashPipeline
import Foundation
import Logging

/// `dashd check`: looks through files of pipelines before they are given to a server.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks files of pipelines, sinks, mappings and dashboards, and runs the mappings' tests.",
        discussion: """
            A file holds what the REST API takes and answers, or a mapping alone. Each fault is one line, \
            FILE:POINTER: what is wrong, with a JSON pointer to its place. Ends with 0 when there is none, with 1 when \
            there are some.
            """
    )

    @Argument(help: "The JSON files to check.")
    var files: [String]

    func run() async throws {
        let check = DocumentCheck(components: Self.components())
        var faults = 0
        for file in files {
            for line in try await Self.lines(of: file, check) {
                print(line)
                faults += 1
            }
        }
        guard faults == 0 else { throw ExitCode.failure }
        print(files.count == 1 ? "1 file, no faults." : "\(files.count) files, no faults.")
    }

    private static func lines(of file: String, _ check: DocumentCheck) async throws -> [String] {
        guard let data = FileManager.default.contents(atPath: file) else { return ["\(file):: can't be read"] }
        return try await check.faults(in: Array(data)).map { "\(file):\($0.pointer): \($0.message)" }
    }

    /// Every source and sink that a server may have; none of them is asked.
    private static func components() -> Components {
        let egress = EgressGuard(
            policy: EgressPolicy(allowing: []),
            metrics: MetricsRegistry(),
            logger: Logger(label: "dash.check") { _ in SwiftLogNoOpLogHandler() }
        )
        return Builtins.components(http: OutboundHTTP(egress: egress), filesDirectory: "files", hasSystemSource: true)
    }
}

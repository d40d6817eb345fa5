import Foundation
import Testing

/// Odd input for all that takes bytes or parameters, by `DashFuzz`: half a minute in `make test`, ten in `make soak`.
@Suite("odd input", .serialized)
struct FuzzTests {
    @Test("nothing that comes in ends the process, takes its time or its memory")
    func nothingTraps() async throws {
        let seconds = FaultScene.isSoak ? 600 : 30
        let fuzzer = Paths.dashd.deletingLastPathComponent().appending(path: "DashFuzz")
        // A build for debugging is slower by far than what is served.
        let (code, output) = try await ChildProcess.run(
            fuzzer,
            ["--seconds", "\(seconds)", "--limit", "60"],
            environment: ProcessInfo.processInfo.environment,
            within: .seconds(seconds + 600)
        )
        print(output)
        #expect(code == 0, "\(output.prefix(6_000))")
    }

    @Test("overflow is checked in every build")
    func checksStay() throws {
        let package = try String(contentsOf: Paths.repository.appending(path: "Package.swift"), encoding: .utf8)
        let makefile = try String(contentsOf: Paths.repository.appending(path: "Makefile"), encoding: .utf8)
        let build = try String(contentsOf: Paths.repository.appending(path: "scripts/build"), encoding: .utf8)
        for text in [package, makefile, build] {
            #expect(!text.contains("-Ounchecked") && !text.contains("unsafeFlags"))
        }
    }

    @Test("the fuzzer tells of a case that ends its process")
    func faultsAreFound() async throws {
        let fuzzer = Paths.dashd.deletingLastPathComponent().appending(path: "DashFuzz")
        // With next to no memory allowed every case is a fault.
        let (code, output) = try await ChildProcess.run(
            fuzzer,
            ["--seconds", "5", "--seed", "1", "--target", "cron", "--memory", "1"],
            environment: ProcessInfo.processInfo.environment
        )
        #expect(code == 1)
        #expect(output.contains("FAULT grew") && output.contains("DashFuzz --seed 1 --only"))
    }
}

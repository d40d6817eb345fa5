import Foundation
import Testing

@Suite("reports of crashes", .serialized)
struct CrashReportTests {
    @Test("a crash is told in the log, and does not keep the process", arguments: [SIGILL, SIGABRT])
    func crashesAreShort(signal: Int32) async throws {
        try await DashServer.with { server in
            let child = try #require(server.child)
            child.signal(signal)
            let code = try await child.waitForExit(within: .seconds(60))
            #expect(code == 128 + signal)
            #expect(server.output.contains("crashed:"), "\(server.output.suffix(2_000))")
        }
    }
}

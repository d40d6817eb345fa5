import Foundation
import Glibc
import Testing

@Suite("Reports of crashes")
struct CrashReportTests {
    /// A trap that a signal springs inside the process, as what comes in must not be able to.
    private static let trap = """
        #include <signal.h>
        static void spring(int number) { __builtin_trap(); }
        __attribute__((constructor)) static void set(void) { signal(SIGUSR1, spring); }
        """

    @Test("a crash ends the process by its signal and leaves its trace in the log", .timeLimit(.minutes(20)))
    func short() async throws {
        let folder = try Paths.temporaryDirectory()
        defer { try? FileManager.default.removeItem(at: folder) }
        let (source, library) = (folder.appending(path: "trap.c"), folder.appending(path: "trap.so"))
        try Self.trap.write(to: source, atomically: true, encoding: .utf8)
        let environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
        let built = try await ChildProcess.run(
            URL(filePath: "/usr/bin/env"),
            ["clang", "-shared", "-fPIC", "-o", library.path, source.path],
            environment: environment
        )
        try #require(built.code == 0, "\(built.output)")
        try await DashServer.with(environment: ["LD_PRELOAD": library.path]) { server in
            let child = try #require(server.child)
            let start = ContinuousClock.now
            child.signal(SIGUSR1)
            let status = try await child.waitForExit(within: .seconds(600))
            print("the process was gone \(start.duration(to: .now)) after its crash")
            #expect(status != 0)
            let log = server.output
            #expect(log.contains("Program crashed: Illegal instruction"))
            #expect(log.contains("Thread 0"))
            #expect(log.contains("libc.so"), "the images that the addresses lie in are named")
            #expect(!log.contains(" at /"), "nothing was looked up")
        }
    }
}

import Foundation
import TestSupport
import Testing

/// Whether `scripts/setup test` has put the browser driver in place.
let hasBrowser: Bool = Paths.python != nil

@Suite("In a browser", .serialized, .enabled(if: hasBrowser, "run scripts/setup test for the browser driver"))
struct BrowserTests {
    @Test("from sign-up to a shared dashboard that moves by itself", .timeLimit(.minutes(40)))
    func mainJob() async throws {
        try await DashServer.with { server in
            try await run("main_job.py", server)
        }
    }

    @Test(
        "the same on TimescaleDB",
        .timeLimit(.minutes(40)),
        .enabled(if: TestServers.timescale != nil, "\(TestServers.hint)")
    )
    func mainJobOnTimescale() async throws {
        try await TestDatabase.with(try #require(TestServers.timescale)) { database in
            try await DashServer.with(environment: TestServers.environment(database)) { server in
                try await run("main_job.py", server)
            }
        }
    }

    @Test("a failing sink's lane, its buttons by keyboard, its dead letters", .timeLimit(.minutes(40)))
    func sinks() async throws {
        try await DashServer.with { server in
            try await run("sinks.py", server)
        }
    }

    @Test("an uploaded file, its bad rows, a mended mapping, a replay", .timeLimit(.minutes(40)))
    func uploads() async throws {
        try await DashServer.with { server in
            try await run("uploads.py", server)
        }
    }

    @Test("figures, bars and lines of hard data, live and without a script", .timeLimit(.minutes(40)))
    func figures() async throws {
        try await DashServer.with { server in try await run("figures.py", server) }
    }

    @Test("every kind of widget: its form, its first view, its live view, its colours", .timeLimit(.minutes(40)))
    func widgets() async throws {
        try await DashServer.with { server in try await run("widgets.py", server) }
    }

    @Test("a page that gets no live view looks now and then instead", .timeLimit(.minutes(40)))
    func refusedStream() async throws {
        try await DashServer.with(environment: ["DASH_STREAMS_TEAM": "1"]) { server in
            try await run("refused.py", server)
        }
    }

    @Test("the demo's dashboard shows all four widget types moving", .timeLimit(.minutes(40)))
    func demo() async throws {
        try await DashServer.with(environment: ["DASH_SYSTEM_SOURCE": "on"], start: false) { server in
            try await server.start(["--demo"])
            try await eventually("the start says how to sign in") { server.output.contains("Sign in") ? true : nil }
            try await run("demo.py", server, ["DASH_DEMO_LOG": server.output])
        }
    }

    @Test(
        "accounts: signing up by mail, a lost password, a changed address, a stolen session, a crowd",
        .timeLimit(.minutes(40)),
        .enabled(if: TestServers.smtp != nil, "\(TestServers.hint)")
    )
    func accounts() async throws {
        let port = try #require(TestServers.smtp)
        let environment = ["DASH_SMTP_URL": "smtp://127.0.0.1:\(port)?from=dash@example.org"]
        try await DashServer.with(environment: environment) { server in
            try await run("accounts.py", server, ["DASH_TEST_MAILS": TestServers.mails])
        }
    }

    private func run(
        _ script: String,
        _ server: DashServer,
        _ extra: [String: String] = [:],
        within limit: Duration = .seconds(1_800)
    ) async throws {
        let python = try #require(Paths.python)
        try FileManager.default.createDirectory(at: Paths.screenshots, withIntermediateDirectories: true)
        var environment = ProcessInfo.processInfo.environment
        environment["DASH_BASE"] = server.base
        environment["DASH_SCREENSHOTS"] = Paths.screenshots.path
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        environment["PYTHONUNBUFFERED"] = "1"
        environment.merge(extra) { $1 }
        let result = try await ChildProcess.run(
            python,
            [Paths.repository.appending(path: "Tests/EndToEnd/browser/\(script)").path],
            environment: environment,
            within: limit
        )
        print(result.output)
        #expect(result.code == 0, "\(result.output.suffix(3_000))")
    }
}

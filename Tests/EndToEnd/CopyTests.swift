import DashJSON
import Foundation
import TestSupport
import Testing

@Suite("Moving up from SQLite", .serialized, .enabled(if: TestServers.timescale != nil, "\(TestServers.hint)"))
struct CopyTests {
    static let posts = 200
    static let perPost = 1_000

    @Test(
        "a demo installation, killed in the middle and begun again, is on TimescaleDB as it was",
        .timeLimit(.minutes(30))
    )
    func copy() async throws {
        let server = try #require(TestServers.timescale)
        try await TestDatabase.with(server) { database in
            try await DashServer.with(environment: ["DASH_SYSTEM_SOURCE": "on"], start: false) { source in
                let token = try await Workspace.token(on: source)
                let pipeline = try await fill(source, token)
                let path = "sqlite:" + source.data.appending(path: "dash.sqlite").path

                try await killInTheMiddle(path, source, database)
                let copied = try database.number("SELECT count(*) FROM pipeline_data")
                #expect(copied > 0)
                #expect(copied < Self.posts * Self.perPost, "it was over before it was killed")
                try await refuseToServe(database, source)

                let end = try await run(path, source, database, within: .seconds(900))
                #expect(end.code == 0, "\(end.output.suffix(2_000))")
                #expect(end.output.contains("copied before"))
                #expect(end.output.contains("both sides are equal"))
                try compare(database)
                try await serve(database, source, token, pipeline) {
                    let meanwhile = try await run(path, source, database, within: .seconds(300))
                    #expect(meanwhile.code == 1)
                    #expect(meanwhile.output.contains("is served by a dashd"), "\(meanwhile.output)")
                }

                let again = try await run(path, source, database, within: .seconds(300))
                #expect(again.code == 1)
                #expect(again.output.contains("already holds data"))
            }
        }
    }

    @Test("an installation that is served is not copied, nor served twice")
    func inUse() async throws {
        let database = TestDatabase(url: "postgres://nobody@127.0.0.1:9/nothing")
        try await DashServer.with { source in
            let path = "sqlite:" + source.data.appending(path: "dash.sqlite").path
            let copy = try await run(path, source, database, within: .seconds(120))
            #expect(copy.code == 1)
            #expect(copy.output.contains("in use by another dashd"))
            let second = try ChildProcess(
                Paths.dashd,
                ["serve", "--port", "0", "--data", source.data.path],
                environment: source.environment,
                log: source.data.appending(path: "second.log")
            )
            #expect(try await second.waitForExit() == 1)
            #expect(second.output.contains("in use by another dashd"))
        }
    }

    /// The demo's team and pipelines, and a pipeline with many records of every shape.
    private func fill(_ source: DashServer, _ token: String) async throws -> String {
        try await source.start(["--demo"])
        let pipeline = try await HTTP.with(source.base) { http in
            let team = Workspace(http, token: token)
            let pipeline = try await team.createRealtime("orders")
            _ = try await team.createDownstream("orders, behind", of: pipeline)
            for post in 0..<Self.posts {
                let body =
                    "[" + (0..<Self.perPost).map { Self.record(post * Self.perPost + $0) }.joined(separator: ",") + "]"
                let reply = try await team.http.send(
                    "POST",
                    "/ingest/\(pipeline)",
                    headers: [("content-type", "application/json")],
                    body: Array(body.utf8)
                )
                #expect(reply.status == 202)
            }
            return pipeline
        }
        #expect(try await source.terminate() == 0)
        return pipeline
    }

    /// Numbers and strings that jsonb spells in its own way.
    private static func record(_ number: Int) -> String {
        #"{"n":\#(number),"z":1.50,"a":1e3,"long":12345678901234567890.12,"text":"Zoë \u00e9 \"q\" \\ /","none":null,"nested":{"b":[1,{"y":2,"x":-0.0}],"":true}}"#
    }

    private func killInTheMiddle(_ path: String, _ source: DashServer, _ database: TestDatabase) async throws {
        let child = try start(path, source, database)
        try await eventually("records are being copied", every: .milliseconds(5)) {
            child.output.contains("pipeline_data") || !child.isRunning ? true : nil
        }
        await child.kill()
    }

    private func refuseToServe(_ database: TestDatabase, _ source: DashServer) async throws {
        let environment = TestServers.environment(database, keys: try Self.keys(of: source))
        try await DashServer.with(environment: environment, start: false) { node in
            let child = try node.spawn()
            #expect(try await child.waitForExit() == 1)
            #expect(node.output.contains("begun and not finished"))
        }
    }

    /// As the database itself counts.
    private func compare(_ database: TestDatabase) throws {
        let count = Self.posts * Self.perPost
        let row =
            try database.run(
                """
                SELECT count(*), count(DISTINCT pipeline_data.id), sum((data->>'n')::bigint), count(*) FILTER (WHERE data->>'text' = \
                'Zoë é "q" \\ /'), min(nextval) FROM pipeline_data JOIN pipelines ON pipelines.id = pipeline_id, \
                (SELECT nextval('pipeline_data_id_seq')) AS s WHERE name = 'orders'
                """
            ).first ?? []
        #expect(row.prefix(4) == ["\(count)", "\(count)", "\(count * (count - 1) / 2)", "\(count)"])
        #expect(Int(row.last ?? "") ?? 0 > (try database.number("SELECT max(id) FROM pipeline_data")))
        #expect(try database.number("SELECT count(*) FROM pg_class WHERE relname = 'copy_progress'") == 0)
    }

    /// The old token works, the last records are there, and new ones come behind them.
    private func serve(
        _ database: TestDatabase,
        _ source: DashServer,
        _ token: String,
        _ pipeline: String,
        meanwhile: () async throws -> Void
    ) async throws {
        let environment = TestServers.environment(database, keys: try Self.keys(of: source))
        try await DashServer.with(environment: environment) { node in
            try await HTTP.with(node.base) { http in
                let team = Workspace(http, token: token)
                let taken = try await team.ingest([["n": -1]], into: pipeline)
                #expect(taken.status == 202, "\(taken.text)")
                let reply = try await team.http.get("/api/v1/pipelines/\(pipeline)/records?page%5Bsize%5D=2")
                let newest = reply.json["data"]?.arrayValue?.compactMap { $0["attributes"]?["data"]?["n"]?.intValue }
                #expect(newest == [-1, Self.posts * Self.perPost - 1])
                #expect(try await team.ledger(of: pipeline)["stored"] == Self.posts * Self.perPost + 1)
                try await meanwhile()
            }
        }
    }

    private static func keys(of source: DashServer) throws -> String {
        try String(contentsOf: source.data.appending(path: "secret.key"), encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func start(_ path: String, _ source: DashServer, _ database: TestDatabase) throws -> ChildProcess {
        var environment = source.environment
        environment["DASH_DATABASE_URL"] = database.url
        return try ChildProcess(
            Paths.dashd,
            ["copy", "--from", path],
            environment: environment,
            log: source.data.appending(path: "copy-\(UUID().uuidString).log")
        )
    }

    private func run(_ path: String, _ source: DashServer, _ database: TestDatabase, within limit: Duration)
        async throws
        -> (code: Int32, output: String)
    {
        let child = try start(path, source, database)
        let code = try await child.waitForExit(within: limit)
        return (code, child.output)
    }
}

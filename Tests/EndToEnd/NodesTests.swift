import DashJSON
import Foundation
import TestSupport
import Testing

@Suite("Nodes on one database", .serialized, .enabled(if: TestServers.timescale != nil, "\(TestServers.hint)"))
struct NodesTests {
    @Test("two that start together on an empty database migrate it once and serve the same installation")
    func startTogether() async throws {
        try await nodes { first, second, database in
            async let one: Void = first.start()
            async let two: Void = second.start()
            _ = try await (one, two)
            #expect(try database.number("SELECT count(*) - count(DISTINCT number) FROM schema_migrations") == 0)
            let migrations = try database.number("SELECT count(*) FROM schema_migrations")
            #expect(migrations > 0)
            let applied = [first, second].map {
                $0.output.components(separatedBy: "The database is migrated").count - 1
            }
            #expect(applied.reduce(0, +) >= 1)

            let token = try await Workspace.token(on: first)
            let pipeline = try await HTTP.with(first.base) { try await Workspace($0, token: token).createRealtime("p") }
            try await HTTP.with(second.base) { http in
                let team = Workspace(http, token: token)
                let reply = try await team.ingest([["n": 1]], into: pipeline)
                #expect(reply.status == 202, "\(reply.text)")
            }
            try await HTTP.with(first.base) { http in
                let records = try await Workspace(http, token: token).records(of: pipeline)
                #expect(records == [["n": 1]])
            }
        }
    }

    @Test(
        "a token that is revoked on one node stops to work on the other within seconds, and so does a paused pipeline"
    )
    func revocation() async throws {
        try await nodes { first, second, _ in
            try await first.start()
            try await second.start()
            let owner = try await Workspace.token(on: first)
            try await HTTP.with(first.base) { http in
                let team = Workspace(http, token: owner)
                let pipeline = try await team.createRealtime("p")
                let made = try await first.command(
                    ["token", "create", "--team", "acme", "--name", "doomed", "--scope", "read", "--scope", "ingest"]
                )
                let doomed = made.output.split(separator: "\n").last.map(String.init) ?? ""
                try await HTTP.with(second.base) { other in
                    let posting = Workspace(other, token: doomed)
                    let taken = try await posting.ingest([["n": 1]], into: pipeline)
                    #expect(taken.status == 202, "\(taken.text)")
                    let reply = try await team.http.post("/api/v1/pipelines/\(pipeline)/pause", json: [:])
                    #expect(reply.isSuccess, "\(reply.text)")
                    try await eventually("the other node takes nothing for a paused pipeline", within: .seconds(20)) {
                        try await posting.ingest([["n": 2]], into: pipeline).status == 503 ? true : nil
                    }
                    let tokens = try await team.list("/api/v1/api_tokens")
                    let id = tokens.first { $0["attributes"]?["name"]?.stringValue == "doomed" }?["id"]?.stringValue
                    let deletion = try await team.http.send("DELETE", "/api/v1/api_tokens/\(try #require(id))")
                    #expect(deletion.isSuccess, "\(deletion.text)")
                    try await eventually("the other node refuses the token", within: .seconds(20)) {
                        try await posting.http.get("/api/v1/pipelines").status == 401 ? true : nil
                    }
                }
            }
        }
    }

    @Test("a record that one node takes moves an open dashboard and an open tail on the other")
    func live() async throws {
        try await nodes { first, second, _ in
            try await first.start()
            try await second.start()
            let token = try await Workspace.token(on: first)
            try await HTTP.with(first.base) { http in
                let team = Workspace(http, token: token)
                let pipeline = try await team.createRealtime("p")
                // Nothing but news makes it look again within the hour.
                let dashboard = try await team.create(
                    "dashboards",
                    ["name": "Far", "slug": "far", "refresh_interval_seconds": 3_600]
                )
                let query: JSONValue = [
                    "pipeline_id": .string(pipeline), "fields": [["path": "mark", "aggregate": "last"]],
                    "range": ["last": "30d"],
                ]
                _ = try await team.create(
                    "widgets",
                    ["type": "stat_card", "data_query": query],
                    of: ("dashboard", "dashboards", dashboard)
                )
                try await HTTP.with(second.base) { other in
                    let there = Workspace(other, token: token).http
                    try await LiveStream.with(there, "/live/dashboards/\(dashboard)") { board in
                        try await LiveStream.with(there, "/live/pipelines/\(pipeline)") { tail in
                            try await eventually("both are open") {
                                board.has("event: widget") && tail.has("event: snapshot") ? true : nil
                            }
                            let times = try await followed(by: board, tail, team, pipeline)
                            print(
                                "shown on the other node: p50 \(times[times.count / 2]), p95 \(times[times.count * 19 / 20])"
                            )
                        }
                    }
                }
            }
        }
    }

    /// Posts one record after the other, each when the last is seen; how long each took to be seen in both streams.
    private func followed(
        by board: LiveStream,
        _ tail: LiveStream,
        _ team: Workspace,
        _ pipeline: String
    ) async throws -> [Duration] {
        var times: [Duration] = []
        for mark in stride(from: 7_310_003, to: 7_310_003 + 40 * 17, by: 17) {
            let reply = try await team.ingest([["mark": .number(JSONNumber(mark))]], into: pipeline)
            #expect(reply.status == 202, "\(reply.text)")
            let start = ContinuousClock.now
            try await eventually("\(mark) is seen on the other node", every: .milliseconds(2)) {
                board.has("\(mark)") && tail.has("\(mark)") ? true : nil
            }
            times.append(.now - start)
        }
        return times.sorted()
    }

    @Test("a database that is newer than the binary stops the start and every other command")
    func newer() async throws {
        try await nodes { node, _, database in
            #expect(try await node.command(["migrate"]).code == 0)
            try database.run("INSERT INTO schema_migrations (number, name, applied_at) VALUES (9999, 'later', now())")
            let start = try node.spawn()
            #expect(try await start.waitForExit() == 1)
            #expect(node.output.contains("newer than this binary"))
            #expect(try await node.command(["migrate"]).code == 1)
        }
    }

    @Test("without keys that all nodes share the start stops with 78 and the fix")
    func keys() async throws {
        let server = try #require(TestServers.timescale)
        try await DashServer.with(environment: ["DASH_DATABASE_URL": server], start: false) { node in
            let child = try node.spawn()
            #expect(try await child.waitForExit() == 78)
            #expect(node.output.contains("DASH_SECRET_KEYS"))
            #expect(node.output.contains("openssl rand -base64 32"))
        }
    }

    @Test("a user without rights is told which")
    func rights() async throws {
        try await nodes { node, _, database in
            let role = "dash_weak_\(getpid())"
            try database.run("CREATE ROLE \(role) LOGIN PASSWORD 'weak'")
            var components = URLComponents(string: database.url)
            components?.user = role
            components?.password = "weak"
            let result = try await node.command(
                ["migrate"],
                environment: ["DASH_DATABASE_URL": components?.string ?? ""]
            )
            try database.run("DROP ROLE \(role)")
            #expect(result.code == 1)
            #expect(result.output.contains("GRANT CREATE ON SCHEMA public TO \(role)"), "\(result.output)")
            #expect(!result.output.contains("weak@"))
        }
    }

    /// Two nodes, not started, on an empty database.
    private func nodes(_ body: (DashServer, DashServer, TestDatabase) async throws -> Void) async throws {
        let server = try #require(TestServers.timescale)
        try await TestDatabase.with(server) { database in
            let environment = TestServers.environment(database)
            try await DashServer.with(environment: environment, start: false) { first in
                try await DashServer.with(environment: environment, start: false) { second in
                    try await body(first, second, database)
                }
            }
        }
    }
}

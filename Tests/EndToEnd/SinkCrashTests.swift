import DashJSON
import Foundation
import TestSupport
import Testing

@Suite("kill -9 while delivering", .serialized)
struct SinkCrashTests {
    /// Five rounds in `make test`, thirty in `make soak`.
    @Test(
        "a webhook, a table and a file get every record in order, whenever the server dies",
        .enabled(if: TestServers.postgres != nil, "\(TestServers.hint)")
    )
    func everySinkGetsEveryRecord() async throws {
        let receiver = Receiver()
        try await TestDatabase.with(try #require(TestServers.postgres)) { database in
            // The serial tells the order of insertion.
            try database.run("CREATE TABLE sunk (id text NOT NULL, added bigserial)")
            try await WebServer.with(receiver.router) { port in
                try await DashServer.with(start: false) { server in
                    let token = try await Workspace.token(on: server)
                    try await server.start()
                    let pipeline = try await HTTP.with(server.base) { http in
                        let team = Workspace(http, token: token)
                        let pipeline = try await team.createRealtime("events")
                        let url: JSONValue = .string("http://127.0.0.1:\(port)/hook")
                        _ = try await team.createSink("webhook", ["url": url], on: pipeline)
                        _ = try await team.createSink("postgresql", try table(of: database), on: pipeline)
                        _ = try await team.createSink("file", ["path": "sunk.ndjson"], on: pipeline)
                        return pipeline
                    }
                    let oracle = Oracle()
                    var random = SplitMix(seed: 20_261_121)
                    for round in 1...(FaultScene.isSoak ? 30 : 5) {
                        // In every second round one lane is full when the server dies.
                        receiver.isDown = round.isMultiple(of: 2)
                        let goal = oracle.acknowledgedCount + Int.random(in: 100...600, using: &random)
                        try await postUntilKilled(server, token, pipeline, oracle, round: round, goal: goal)
                        receiver.isDown = false
                        try await server.start()
                    }
                    try await HTTP.with(server.base) { http in
                        let team = Workspace(http, token: token)
                        try await compare(oracle, try await team.records(of: pipeline), receiver, database, server)
                    }
                }
            }
        }
    }

    private func postUntilKilled(
        _ server: DashServer,
        _ token: String,
        _ pipeline: String,
        _ oracle: Oracle,
        round: Int,
        goal: Int
    ) async throws {
        try await HTTP.with(server.base) { http in
            let team = Workspace(http, token: token)
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        await Poster(number: number, round: round, team: team, pipeline: pipeline, oracle: oracle).run()
                    }
                }
                group.addTask {
                    _ = try? await eventually("posts", every: .milliseconds(5)) {
                        oracle.acknowledgedCount >= goal ? true : nil
                    }
                    await server.kill()
                }
            }
        }
    }

    private func compare(
        _ oracle: Oracle,
        _ records: [JSONValue],
        _ receiver: Receiver,
        _ database: TestDatabase,
        _ server: DashServer
    ) async throws {
        let stored = Self.ids(records)
        #expect(oracle.acknowledged.subtracting(stored).isEmpty, "acknowledged and lost")
        // What was stored without an answer counts like the rest.
        func check(_ sink: String, _ found: () throws -> [String]) async throws {
            _ = try? await eventually("\(sink) has all") {
                try found().count >= stored.count ? true : nil
            }
            let found = try found()
            #expect(found == stored, "\(sink): \(found.count) of \(stored.count)")
        }
        try await check("the webhook") { Self.ids(receiver.records) }
        try await check("the table") { try database.run("SELECT id FROM sunk ORDER BY added").compactMap(\.first) }
        try await check("the file") {
            let files = server.data.appending(path: "files")
            let team = try FileManager.default.contentsOfDirectory(atPath: files.path).first ?? ""
            let text = try String(contentsOf: files.appending(path: team + "/sunk.ndjson"), encoding: .utf8)
            return Self.ids(try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) })
        }
        print("kill -9: \(oracle.acknowledgedCount) acknowledged, \(stored.count) stored and at each of three sinks")
    }

    private static func ids(_ records: [JSONValue]) -> [String] { records.compactMap { $0["id"]?.stringValue } }

    private func table(of database: TestDatabase) throws -> JSONValue {
        let url = try #require(URLComponents(string: database.url))
        return [
            "host": .string(url.host ?? ""), "port": .number(JSONNumber(url.port ?? 0)),
            "database": .string(String(url.path.dropFirst())), "user": .string(url.user ?? ""),
            "password": .string(url.password ?? ""), "table": "sunk", "columns": ["id": "id"],
        ]
    }
}

import AsyncHTTPClient
import DashJSON
import Foundation
import GRDB
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

@Suite("A right that ends while something goes on", .serialized)
struct RightsTests {
    /// Makes a token that will be revoked; its text and its id.
    private func doomed(on server: DashServer, _ team: Workspace) async throws -> (token: String, id: String) {
        let made = try await server.command(
            ["token", "create", "--team", "acme", "--name", "doomed", "--scope", "manage", "--scope", "read"]
        )
        let token = made.output.split(separator: "\n").last.map(String.init) ?? ""
        let tokens = try await team.list("/api/v1/api_tokens")
        let id = tokens.first { $0["attributes"]?["name"]?.stringValue == "doomed" }?["id"]?.stringValue
        return (token, try #require(id))
    }

    private func revoke(_ id: String, _ team: Workspace) async throws {
        let deletion = try await team.http.send("DELETE", "/api/v1/api_tokens/\(id)")
        #expect(deletion.isSuccess, "\(deletion.text)")
    }

    @Test("an upload in progress: it is refused, and nothing of it is kept", .timeLimit(.minutes(20)))
    func upload() async throws {
        try await DashServer.with(start: false) { server in
            let owner = try await Workspace.token(on: server)
            try await server.start()
            try await HTTP.with(server.base) { http in
                let team = Workspace(http, token: owner)
                let pipeline = try await team.createRealtime("file")
                let (token, id) = try await doomed(on: server, team)
                let (lines, source) = AsyncStream.makeStream(of: ByteBuffer.self)
                source.yield(ByteBuffer(string: "{\"n\":1}\n"))
                var request = HTTPClientRequest(
                    url: server.base + "/api/v1/pipelines/\(pipeline)/uploads?filename=a.ndjson"
                )
                request.method = .POST
                request.headers.add(name: "authorization", value: "Bearer \(token)")
                request.body = .stream(lines, length: .unknown)
                let going = request
                async let response = http.client.execute(going, timeout: .seconds(300))
                try await eventually("the upload has begun") {
                    try await http.get("/metrics").text.contains("dash_grants_held 1.0") ? true : nil
                }
                try await revoke(id, team)
                let status = try await response.status.code
                source.finish()
                #expect(status == 401)
                let uploads = try await team.list("/api/v1/uploads")
                #expect(uploads.isEmpty)
            }
        }
    }

    @Test("a stream whose token another process takes away, within seconds, and no other", .timeLimit(.minutes(20)))
    func otherProcess() async throws {
        try await DashServer.with(start: false) { server in
            let owner = try await Workspace.token(on: server)
            try await server.start()
            try await HTTP.with(server.base) { http in
                let team = Workspace(http, token: owner)
                let pipeline = try await team.createRealtime("p")
                let (token, _) = try await doomed(on: server, team)
                let path = "/live/pipelines/\(pipeline)"
                try await LiveStream.with(Workspace(http, token: token).http, path) { ending in
                    try await LiveStream.with(team.http, path) { staying in
                        try await eventually("both are open") {
                            ending.has("retry:") && staying.has("retry:") ? true : nil
                        }
                        let database = try DatabaseQueue(path: server.data.appending(path: "dash.sqlite").path)
                        try await database.write { database in
                            try database.execute(sql: "DELETE FROM api_tokens WHERE name = 'doomed'")
                        }
                        try await eventually("the lost token's stream has ended", within: .seconds(30)) {
                            ending.isOpen ? nil : true
                        }
                        let posted = try await team.ingest(["n": 5], into: pipeline)
                        #expect(posted.status == 202)
                        try await eventually("the other stream goes on") { staying.has("\"n\":5") ? true : nil }
                    }
                }
            }
        }
    }

    @Test(
        "a stream on another node, within seconds, and no other stream",
        .timeLimit(.minutes(20)),
        .enabled(if: TestServers.timescale != nil, "\(TestServers.hint)")
    )
    func otherNode() async throws {
        try await TestDatabase.with(try #require(TestServers.timescale)) { database in
            let environment = TestServers.environment(database)
            try await DashServer.with(environment: environment) { first in
                try await DashServer.with(environment: environment) { second in
                    let owner = try await Workspace.token(on: first)
                    try await HTTP.with(first.base) { http in
                        let team = Workspace(http, token: owner)
                        let pipeline = try await team.createRealtime("p")
                        let (token, id) = try await doomed(on: first, team)
                        try await HTTP.with(second.base) { other in
                            let path = "/live/pipelines/\(pipeline)"
                            try await LiveStream.with(Workspace(other, token: token).http, path) { ending in
                                try await LiveStream.with(Workspace(other, token: owner).http, path) { staying in
                                    try await eventually("both are open") {
                                        ending.has("retry:") && staying.has("retry:") ? true : nil
                                    }
                                    try await revoke(id, team)
                                    try await eventually("the revoked token's stream has ended", within: .seconds(20)) {
                                        ending.isOpen ? nil : true
                                    }
                                    let posted = try await Workspace(other, token: owner).ingest(
                                        ["n": 5],
                                        into: pipeline
                                    )
                                    #expect(posted.status == 202)
                                    try await eventually("the other stream goes on") {
                                        staying.has("\"n\":5") ? true : nil
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

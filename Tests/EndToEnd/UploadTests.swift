import AsyncHTTPClient
import DashJSON
import Foundation
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

/// Files of a size that must not fit into the server's memory, read to their end across kills.
@Suite("uploads of large files", .serialized)
struct UploadTests {
    /// What an upload may take over an idle server.
    private static let allowance = 150 << 20

    @Test("50 MB: the memory stays bounded, a kill -9 in the middle costs nothing and doubles nothing")
    func survivesKill() async throws {
        try await upload(bytes: 50 << 20, kills: 1)
    }

    @Test("1 GB, as make soak runs it", .enabled(if: FaultScene.isSoak, "DASH_SOAK is not set"))
    func survivesKillsOfLargeFile() async throws {
        try await upload(bytes: 1 << 30, kills: 3)
    }

    private func upload(bytes: Int, kills: Int) async throws {
        let file = GeneratedLines(bytes: bytes)
        try await DashServer.with(start: false) { server in
            let token = try await Workspace.token(on: server)
            try await server.start()
            var idle = server.child?.memory.resident ?? 0
            let (pipeline, upload) = try await HTTP.with(server.base) { http in
                let team = Workspace(http, token: token)
                let pipeline = try await team.createRealtime("file")
                return (pipeline, try await send(file, to: pipeline, http, token))
            }
            expectBounded(server, idle)
            for kill in 1...kills {
                let goal = file.size * kill / (kills + 1)
                try await HTTP.with(server.base) { http in
                    let team = Workspace(http, token: token)
                    try await eventually(
                        "the upload is past \(goal)",
                        within: .seconds(1_800),
                        every: .milliseconds(20)
                    ) {
                        let row = try await team.attributes("uploads", upload)
                        try #require(row["status"]?.stringValue != "failed", "\(row)")
                        return (row["position"]?.intValue ?? 0) >= goal ? true : nil
                    }
                }
                expectBounded(server, idle)
                await server.kill()
                try await server.start()
                idle = server.child?.memory.resident ?? 0
            }
            try await HTTP.with(server.base) { http in
                let team = Workspace(http, token: token)
                try await eventually("the upload is done", within: .seconds(1_800), every: .milliseconds(200)) {
                    () -> Bool? in
                    let status = try await team.attributes("uploads", upload)["status"]?.stringValue
                    return status == "completed" || status == "failed" ? true : nil
                }
                let row = try await team.attributes("uploads", upload)
                #expect(row["status"]?.stringValue == "completed", "\(row)")
                #expect(row["records_accepted"]?.intValue == file.records)
                #expect(row["records_quarantined"]?.intValue == file.broken)
                #expect(row["position"]?.intValue == file.size && row["bytes_read"]?.intValue == file.size)
                let ledger = try await team.ledger(of: pipeline)
                #expect(ledger["stored"] == file.records && ledger["quarantined"] == file.broken, "\(ledger)")
                #expect(ledger["in_flight"] == 0 && ledger["duplicates"] == 0)
                let sum = try await total(of: pipeline, team)
                #expect(sum == file.sum, "each record is there once")
            }
            expectBounded(server, idle)
        }
    }

    private func expectBounded(_ server: DashServer, _ idle: Int, sourceLocation: SourceLocation = #_sourceLocation) {
        let peak = server.child?.memory.peak ?? 0
        print("idle \(idle >> 20) MB, peak \(peak >> 20) MB")
        #expect(peak < idle + Self.allowance, sourceLocation: sourceLocation)
    }

    private func send(_ file: GeneratedLines, to pipeline: String, _ http: HTTP, _ token: String) async throws -> String
    {
        var request = HTTPClientRequest(url: "\(http.base)/api/v1/pipelines/\(pipeline)/uploads?filename=lines.ndjson")
        request.method = .POST
        request.headers.add(name: "authorization", value: "Bearer \(token)")
        request.body = .stream(file.pieces, length: .known(Int64(file.size)))
        let response = try await http.client.execute(request, timeout: .seconds(1_800))
        let body = try await response.body.collect(upTo: 1 << 20)
        let document = try JSONValue(parsing: Array(body.readableBytesView))
        try #require(response.status.code == 202, "\(response.status) \(document)")
        return try #require(document["data"]?["id"]?.stringValue)
    }

    /// The sum of a field over all records.
    private func total(of pipeline: String, _ team: Workspace) async throws -> Int? {
        let reply = try await team.http.post(
            "/api/v1/query",
            json: [
                "pipeline_id": .string(pipeline), "range": ["last": "24h"],
                "fields": [["path": "n", "as": "sum", "aggregate": "sum"]],
            ]
        )
        return reply.json["data"]?["rows"]?.arrayValue?.first?.arrayValue?.first?.doubleValue.map { Int($0) }
    }
}

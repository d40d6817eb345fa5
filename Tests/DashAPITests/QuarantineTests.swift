import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import HTTPTypes
import Testing

@testable import DashAPI

@Suite("The quarantine over REST")
struct QuarantineTests {
    private func with(_ body: @escaping @Sendable (TestServer, TestAPI, Tenant, Fixture) async throws -> Void)
        async throws
    {
        let server = try await TestServer()
        try await server.run { api in
            let tenant = try await Tenant(server)
            try await body(server, api, tenant, try await Fixture(server, tenant))
        }
    }

    @Test("is counted by reason and filtered by rule, field and time")
    func counts() async throws {
        try await with { server, api, tenant, fixture in
            for _ in 0..<3 { _ = try await fixture.row(of: "quarantined_records") }
            let path = "pipelines/\(fixture.pipeline.text)/quarantine"
            let answer = try await api.get(path, as: tenant.viewer)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.attribute("count") == 3)
            let reason = answer.attribute("reasons").arrayValue?.first ?? .null
            #expect(reason["rule"] == "required" && reason["reason"] == "a is missing" && reason["count"] == 3)
            let list = "quarantined_records?filter[rule]=required&filter[received_at][ge]=2000-01-01T00:00:00Z"
            #expect(try await api.get(list, as: tenant.viewer).rows.count == 3)
            #expect(try await api.get("quarantined_records?filter[rule]=type", as: tenant.viewer).rows.isEmpty)
        }
    }

    @Test("is replayed by choice; what the choice can't mean is said")
    func replays() async throws {
        try await with { server, api, tenant, fixture in
            let record = try await fixture.row(of: "quarantined_records")
            let path = "pipelines/\(fixture.pipeline.text)/"
            let choice: JSONValue = [
                "records": [.string(record.text)], "rule": "required", "from": "2026-01-01T00:00:00Z",
            ]
            let answer = try await api.send(.post, path + "replay", choice, as: tenant.member)
            #expect(answer.status == 202, "\(answer.text)")
            #expect(answer.data["type"] == "replays")
            #expect(answer.attribute("selection") == choice)
            #expect(answer.attribute("until") == .null)
            let replay = try await api.get("replays/" + answer.id, as: tenant.viewer)
            #expect(replay.attribute("status") == "waiting")
            #expect(server.operations.count("replay") == 1)
            let bad: JSONValue = ["records": ["x"], "from": "soon", "rule": 5, "colour": "red"]
            let refused = try await api.send(.post, path + "replay", bad, as: tenant.member)
            #expect(refused.status == 422)
            #expect(Set(refused.pointers) == ["/records", "/from", "/rule", "/colour"])
            let audit = try await server.rows(Resources.auditEvents, [.init("action", .eq, "replay")])
            #expect(audit.count == 1)
        }
    }

    @Test("is discarded by choice, all of it only when that is said")
    func discards() async throws {
        try await with { server, api, tenant, fixture in
            for _ in 0..<2 { _ = try await fixture.row(of: "quarantined_records") }
            let path = "pipelines/\(fixture.pipeline.text)/discard"
            #expect(try await api.send(.post, path, as: tenant.member).status == 422)
            let other = try await api.send(.post, path, ["rule": "type"], as: tenant.member)
            #expect(other.body["meta"]?["discarded"] == 0)
            let all = try await api.send(.post, path, ["all": true], as: tenant.member)
            #expect(all.body["meta"]?["discarded"] == 2)
            #expect(try await server.rows(Resources.quarantinedRecords).isEmpty)
        }
    }

    @Test("gives a preview its records")
    func previews() async throws {
        try await with { server, api, tenant, fixture in
            let path = "pipelines/\(fixture.pipeline.text)/preview"
            let answer = try await api.send(.post, path, ["from": "quarantine"], as: tenant.member)
            #expect(answer.status == 200 && server.operations.count("preview quarantine") == 1)
            let record = answer.attribute("records").arrayValue?.first ?? .null
            #expect(record["outcome"] == "mapped" && record["refusal"] == .null)
            let wrong = try await api.send(.post, path, ["from": "elsewhere"], as: tenant.member)
            #expect(wrong.status == 422 && wrong.pointers == ["/from"])
        }
    }
}

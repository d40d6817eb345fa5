import DashConnectors
import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import HTTPTypes
import Testing

@testable import DashAPI

/// Files by the REST API: what is taken, what is refused, and what may be done with them.
@Suite("Uploads over REST")
struct UploadRouteTests {
    @Test("a file is kept, shown, cancelled, resumed and deleted, and the trail tells of it")
    func life() async throws {
        let server = try await TestServer()
        try await server.run { api in
            let tenant = try await Tenant(server)
            let fixture = try await Fixture(server, tenant)
            let path = "pipelines/\(fixture.pipeline.text)/uploads"
            let answer = try await api.send(
                .post,
                path + "?filename=..%2Fdata%2Forders.json",
                ["a": 1],
                as: tenant.owner
            )
            #expect(answer.status == 202, "\(answer.text)")
            let attributes = try #require(answer.body["data"]?["attributes"])
            #expect(attributes["filename"] == "orders.json" && attributes["format"] == "json")
            #expect(attributes["status"] == "queued" && attributes["byte_count"] == 7)
            #expect(attributes["object_key"] == nil)
            let id = try #require(answer.body["data"]?["id"]?.stringValue.flatMap(UUID.init(uuidString:)))
            let uploads = Resources.uploads
            let key = try #require(try await server.row(uploads, id)?.string("object_key").flatMap(ObjectKey.init))
            let objects = server.objects
            #expect(try await objects.head(key)?.size == 7)
            let jobs = try await server.rows(Resources.jobs)
            #expect(jobs.contains { $0.string("kind") == "pipeline.upload" })
            for (action, status) in [("cancel", "cancelled"), ("resume", "queued")] {
                let done = try await api.send(.post, "uploads/\(id.text)/\(action)", as: tenant.owner)
                #expect(done.body["data"]?["attributes"]?["status"]?.stringValue == status, "\(done.text)")
            }
            #expect(try await api.send(.delete, "uploads/\(id.text)", as: tenant.owner).status == 204)
            #expect(try await objects.head(key) == nil)
            let trail = try await server.rows(Resources.auditEvents, [.init("resource_type", .eq, "uploads")])
            #expect(Set(trail.compactMap { $0.string("action") }) == ["create", "cancel", "resume", "delete"])
        }
    }

    @Test("what can't be taken is refused with what to do")
    func refusals() async throws {
        let server = try await TestServer()
        try await server.run { api in
            let tenant = try await Tenant(server)
            let fixture = try await Fixture(server, tenant)
            let path = "pipelines/\(fixture.pipeline.text)/uploads"
            for (query, status) in [("?format=xml", 400), ("?filename=a.xyz&colour=red", 400)] {
                #expect(
                    try await api.send(.post, path + query, ["a": 1], as: tenant.owner).status == status,
                    "\(query)"
                )
            }
            let large = JSONValue.string(String(repeating: "x", count: 5 << 20))
            let answer = try await api.send(.post, path + "?format=json", large, as: tenant.owner)
            #expect(answer.status == 413, "\(answer.text.prefix(200))")
            #expect(try await server.objects.list("", after: nil, limit: 5) == [])
            #expect(try await server.rows(Resources.uploads) == [])
        }
    }
}

import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials
import Testing

@testable import DashAPI

@Suite("Secrets in configs")
struct SecretTests {
    private static let config: JSONValue = [
        "url": "https://example.org/a?token=s3cret-query&x=1", "headers": ["X-Key": "s3cret-header", "Accept": "a/b"],
        "auth": ["kind": "bearer", "username": "ada", "token": "s3cret-token", "password": .null],
    ]

    private func with(_ body: @escaping @Sendable (TestServer, TestAPI, Tenant, String) async throws -> Void)
        async throws
    {
        let server = try await TestServer()
        try await server.run { api in
            let tenant = try await Tenant(server)
            let attributes: JSONValue = [
                "name": "P", "type": "polling", "interval_seconds": 5, "source_type": "http",
                "source_config": Self.config,
            ]
            let made = try await api.create("pipelines", attributes, as: tenant.member)
            #expect(made.status == 201, "\(made.text)")
            #expect(!made.text.contains("s3cret"))
            try await body(server, api, tenant, made.id)
        }
    }

    @Test("never come back")
    func masked() async throws {
        try await with { _, api, tenant, id in
            for path in [
                "pipelines/\(id)", "pipelines", "runs?include=pipeline", "teams?include=pipelines", "audit_events",
            ] {
                let answer = try await api.get(path, as: tenant.owner)
                #expect(answer.status == 200)
                #expect(!answer.text.contains("s3cret"), "\(path)")
            }
            let config = try await api.get("pipelines/\(id)", as: tenant.owner).attribute("source_config")
            #expect(config["url"] == "https://example.org/a?token=********&x=1")
            #expect(config["headers"] == ["X-Key": "********", "Accept": "a/b"])
            #expect(config["auth"]?["token"] == "********")
            #expect(config["auth"]?["username"] == "ada")
            #expect(config["auth"]?["password"]?.isNull == true)
        }
    }

    @Test("are kept when their mask is sent back")
    func kept() async throws {
        try await with { server, api, tenant, id in
            let uuid = try #require(UUID(uuidString: id))
            let read = try await api.get("pipelines/\(id)", as: tenant.member).attribute("source_config")
            let same = try await api.update("pipelines", id, ["source_config": read], as: tenant.member)
            #expect(same.status == 200, "\(same.text)")
            #expect(try await server.row(Resources.pipelines, uuid)?["source_config"] == Self.config)
            let renamed = try await api.update(
                "pipelines",
                id,
                ["name": "Q", "source_config": read],
                as: tenant.member
            )
            #expect(renamed.status == 200, "\(renamed.text)")
            #expect(try await server.row(Resources.pipelines, uuid)?["source_config"] == Self.config)
            let new: JSONValue = [
                "url": "https://example.org/a?token=new", "headers": ["X-Key": "new"], "auth": ["token": "********"],
            ]
            #expect(try await api.update("pipelines", id, ["source_config": new], as: tenant.member).status == 200)
            let stored = try await server.row(Resources.pipelines, uuid)?["source_config"]
            #expect(stored?["url"] == "https://example.org/a?token=new")
            #expect(stored?["headers"]?["X-Key"] == "new")
            #expect(stored?["auth"]?["token"] == "s3cret-token")
        }
    }

    @Test("must be entered again when the place changes that they go to")
    func moved() async throws {
        try await with { server, api, tenant, id in
            let uuid = try #require(UUID(uuidString: id))
            let read = try await api.get("pipelines/\(id)", as: tenant.member).attribute("source_config")
            for url in ["https://evil.example/a?token=********", "https://example.org/b?token=********"] {
                let config = JSONValue.object((read.objectValue ?? [:]).merging(["url": .string(url)]))
                let answer = try await api.update("pipelines", id, ["source_config": config], as: tenant.member)
                #expect(answer.status == 422)
                #expect(
                    Set(answer.pointers)
                        == Set(
                            ["url", "headers/X-Key", "auth/token"].map { "/data/attributes/source_config/" + $0 }
                        )
                )
                #expect(answer.text.contains("as url changed"))
                #expect(!answer.text.contains("s3cret"))
            }
            #expect(try await server.row(Resources.pipelines, uuid)?["source_config"] == Self.config)
        }
    }

    @Test("must be entered when there are none to keep")
    func missing() async throws {
        try await with { _, api, tenant, id in
            let config: JSONValue = ["url": "https://example.org/", "headers": ["Other": "********"]]
            let answer = try await api.update("pipelines", id, ["source_config": config], as: tenant.member)
            #expect(answer.pointers == ["/data/attributes/source_config/headers/Other"])
            let moved: JSONValue = [
                "source_type": "webhook", "source_config": ["auth": "none", "secrets": "********"],
            ]
            let other = try await api.update("pipelines", id, moved, as: tenant.member)
            #expect(other.pointers == ["/data/attributes/source_config/secrets"])
        }
    }

    @Test("of kinds that this server lacks are hidden whole")
    func unknownKind() {
        let masked = SecretMask.masked(["a": "x", "b": ["c": 1], "d": .null], fields: [])
        #expect(masked == ["a": "********", "b": "********", "d": .null])
        #expect(SecretMask.masked("x", fields: []) == "********")
    }

    @Test("sealed columns can't be guessed by filter or order")
    func noFilter() async throws {
        try await with { server, api, tenant, _ in
            let answer = try await api.get("pipelines?filter[source_config][like]=s3", as: tenant.owner)
            #expect(answer.status == 400)
            await #expect(throws: DashError.self) {
                let filter = [ResourceQuery.Filter("public_token", .null, false)]
                _ = try await server.service.list(
                    Resources.dashboards,
                    .init(filters: filter),
                    as: .user(.v7(), team: tenant.team, role: .owner)
                )
            }
        }
    }
}

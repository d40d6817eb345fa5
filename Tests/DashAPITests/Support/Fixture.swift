import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

@testable import DashAPI

/// One row of every exposed resource in a tenant, and documents to write more.
struct Fixture: Sendable {
    let tenant: Tenant
    let server: TestServer
    let pipeline: UUID
    let dashboard: UUID

    init(_ server: TestServer, _ tenant: Tenant) async throws {
        self.server = server
        self.tenant = tenant
        pipeline = try await Self.pipeline(server, tenant)
        dashboard = try await Self.dashboard(server, tenant)
    }

    /// Lends a server of its own with what a tenant has.
    static func with(
        _ body: @escaping @Sendable (TestServer, TestAPI, Tenant, Fixture) async throws -> Void
    ) async throws {
        let server = try await TestServer()
        try await server.run { api in
            let tenant = try await Tenant(server)
            try await body(server, api, tenant, Fixture(server, tenant))
        }
    }

    private static func unique(_ word: String) -> JSONValue { .string("\(word)-\(UUID.v7().text)") }

    private static func pipeline(_ server: TestServer, _ tenant: Tenant) async throws -> UUID {
        try await server.insert(
            Resources.pipelines,
            [
                "team_id": .string(tenant.team.text), "name": unique("Pipeline"), "type": "polling",
                "interval_seconds": 60, "source_type": "http",
                "source_config": ["url": "https://example.org", "auth": ["kind": "bearer", "token": "s3cret-bearer"]],
            ]
        )
    }

    private static func dashboard(_ server: TestServer, _ tenant: Tenant) async throws -> UUID {
        try await server.insert(
            Resources.dashboards,
            ["team_id": .string(tenant.team.text), "name": "Dashboard", "slug": unique("d")]
        )
    }

    /// A fresh row of the resource.
    func row(of resource: String) async throws -> UUID {
        let team: (String, JSONValue) = ("team_id", .string(tenant.team.text))
        let link: (String, JSONValue) = ("pipeline_id", .string(pipeline.text))
        let time = JSONValue.string(server.clock.now.text)
        func insert(_ resource: Resource, _ values: [(String, JSONValue)]) async throws -> UUID {
            try await server.insert(resource, Dictionary(values) { $1 })
        }
        switch resource {
        case "teams": return tenant.team
        case "memberships":
            let email = "m-\(UUID.v7().text)@example.org"
            let user = try await insert(Resources.users, [("email", .string(email)), ("hashed_password", "none")])
            let values: [(String, JSONValue)] = [("user_id", .string(user.text)), ("role", "viewer"), ("active", true)]
            return try await insert(Resources.memberships, [team] + values)
        case "pipelines": return try await Self.pipeline(server, tenant)
        case "pipeline_sinks":
            let config: JSONValue = ["url": "https://example.org", "secret": "s3cret-sink"]
            return try await insert(Resources.pipelineSinks, [link, ("sink_type", "webhook"), ("sink_config", config)])
        case "data_mappings":
            let own = try await Self.pipeline(server, tenant)
            return try await insert(Resources.dataMappings, [("pipeline_id", .string(own.text))])
        case "dashboards": return try await Self.dashboard(server, tenant)
        case "widgets":
            return try await insert(
                Resources.widgets,
                [
                    ("dashboard_id", .string(dashboard.text)), ("type", "text"),
                    ("position", ["x": 0, "y": 0, "w": 4, "h": 2]),
                ]
            )
        case "api_tokens":
            let hash = JSONValue.string(SecretToken.hash(SecretToken.makeAPIToken()))
            return try await insert(
                Resources.apiTokens,
                [team, ("name", "t"), ("token_hash", hash), ("token_hint", "dash_")]
            )
        case "invitations":
            let values: [(String, JSONValue)] = [
                ("email", "new@example.org"), ("role", "viewer"), ("token_hash", Self.unique("h")),
                ("expires_at", time),
            ]
            return try await insert(Resources.invitations, [team] + values)
        case "runs":
            let values: [(String, JSONValue)] = [("trigger", "manual"), ("status", "completed"), ("started_at", time)]
            return try await insert(Resources.runs, [team, link] + values)
        case "deliveries":
            let sink = try await row(of: "pipeline_sinks")
            let values: [(String, JSONValue)] = [
                ("pipeline_sink_id", .string(sink.text)), ("status", "dead"), ("first_record_id", 1),
                ("last_record_id", 2),
                ("record_count", 2), ("byte_count", 20), ("received_at", time), ("next_attempt_at", time),
            ]
            return try await insert(Resources.deliveries, [team, link] + values)
        case "quarantined_records":
            let values: [(String, JSONValue)] = [
                ("rule", "required"), ("reason", "a is missing"), ("data", "{}"), ("received_at", time),
            ]
            return try await insert(Resources.quarantinedRecords, [team, link] + values)
        case "data_mapping_versions":
            let own = try await Self.pipeline(server, tenant)
            let values: [(String, JSONValue)] = [
                ("pipeline_id", .string(own.text)), ("number", 1), ("definition", ["rules": []]), ("saved_at", time),
            ]
            return try await insert(Resources.dataMappingVersions, values)
        case "replays":
            let values: [(String, JSONValue)] = [("total", 1), ("until", .string(UUID.v7().text))]
            return try await insert(Resources.replays, [team, link] + values)
        case "uploads":
            let values: [(String, JSONValue)] = [
                ("filename", "a.csv"), ("format", "csv"), ("object_key", "k"), ("byte_count", 1),
            ]
            return try await insert(Resources.uploads, [team, link] + values)
        case "audit_events":
            let values: [(String, JSONValue)] = [
                ("actor_type", "system"), ("action", "test"), ("resource_type", "teams"),
            ]
            return try await insert(Resources.auditEvents, [team] + values)
        default: throw DashError(.internal, "No fixture for \(resource).")
        }
    }

    /// A good document for a POST.
    func creation(of resource: String) async throws -> JSONValue {
        let pipeline = ["pipeline": ("pipelines", self.pipeline.text)]
        switch resource {
        case "pipelines":
            let attributes: JSONValue = [
                "name": Self.unique("P"), "type": "polling", "interval_seconds": 5, "source_type": "http",
                "source_config": ["url": "https://example.org"],
            ]
            return TestAPI.document(resource, nil, attributes)
        case "pipeline_sinks":
            let attributes: JSONValue = ["sink_type": "webhook", "sink_config": ["url": "https://example.org"]]
            return TestAPI.document(resource, nil, attributes, pipeline)
        case "data_mappings":
            let own = try await Self.pipeline(server, tenant)
            return TestAPI.document(resource, nil, ["mappings": []], ["pipeline": ("pipelines", own.text)])
        case "dashboards": return TestAPI.document(resource, nil, ["name": Self.unique("D")])
        case "widgets":
            return TestAPI.document(resource, nil, ["type": "text"], ["dashboard": ("dashboards", dashboard.text)])
        case "api_tokens": return TestAPI.document(resource, nil, ["name": "T", "scopes": ["read"]])
        case "invitations":
            return TestAPI.document(
                resource,
                nil,
                ["email": .string("i-\(UUID.v7().text)@example.org"), "role": "viewer"]
            )
        default: throw DashError(.internal, "No creation for \(resource).")
        }
    }

    /// A good change for a PATCH.
    static func change(of resource: String) -> JSONValue {
        switch resource {
        case "memberships": ["role": "member"]
        case "pipeline_sinks": ["sink_config": ["url": "https://example.com"]]
        case "data_mappings": ["rules": []]
        case "widgets": ["config": ["title": "New"]]
        case "pipelines": ["retention_days": 7]
        default: ["name": .string("New \(UUID.v7().text)")]
        }
    }
}

import DashJSON

/// A team on a server and a token that may do everything in it, over REST.
struct Workspace: Sendable {
    let http: HTTP
    let token: String

    struct Refused: Error, CustomStringConvertible {
        let request: String
        let reply: Reply
        var description: String { "\(request) → \(reply.status) \(reply.text.prefix(600))" }
    }

    /// Makes a team, its owner and a token by the command line, on a server that may or may not run.
    static func token(on server: DashServer, team: String = "acme", scopes: [String] = ["manage", "read", "ingest"])
        async throws -> String
    {
        let user = try await server.command(
            ["user", "create", "--email", "owner@\(team).example", "--team", team, "--role", "owner"],
            environment: ["DASH_PASSWORD": "correct horse battery staple"]
        )
        guard user.code == 0 else { throw DashServer.Stopped(code: user.code, output: user.output) }
        let made = try await server.command(
            ["token", "create", "--team", team, "--name", "tests"] + scopes.flatMap { ["--scope", $0] }
        )
        let token = made.output.split(separator: "\n").last.map { $0.split(separator: " ").last.map(String.init) ?? "" }
        guard made.code == 0, let token, !token.isEmpty else {
            throw DashServer.Stopped(code: made.code, output: made.output)
        }
        return token
    }

    init(_ http: HTTP, token: String) {
        self.http = http.with(token: token)
        self.token = token
    }

    /// Creates a row; its id.
    func create(_ type: String, _ attributes: JSONValue, of parent: (name: String, type: String, id: String)? = nil)
        async throws -> String
    {
        var data = JSONObject([("type", .string(type)), ("attributes", attributes)])
        if let parent {
            let linkage: JSONValue = ["data": ["type": .string(parent.type), "id": .string(parent.id)]]
            data["relationships"] = .object(JSONObject([(parent.name, linkage)]))
        }
        let path = "/api/v1/\(type)"
        let reply = try await http.send(
            "POST",
            path,
            headers: [("content-type", "application/vnd.api+json"), ("accept", "application/vnd.api+json")],
            body: JSONValue.object(JSONObject([("data", .object(data))])).encoded()
        )
        guard reply.status == 201, let id = reply.json["data"]?["id"]?.stringValue else {
            throw Refused(request: "POST \(path)", reply: reply)
        }
        return id
    }

    func createSink(_ type: String, _ config: JSONValue, on pipeline: String) async throws -> String {
        try await create(
            "pipeline_sinks",
            ["sink_type": .string(type), "sink_config": config],
            of: ("pipeline", "pipelines", pipeline)
        )
    }

    func createRealtime(_ name: String) async throws -> String {
        try await create(
            "pipelines",
            ["name": .string(name), "type": "realtime", "source_type": "webhook", "source_config": ["auth": "bearer"]]
        )
    }

    func createDownstream(_ name: String, of upstream: String) async throws -> String {
        try await create(
            "pipelines",
            [
                "name": .string(name), "type": "p2p", "source_type": "pipeline",
                "source_config": ["pipeline_id": .string(upstream)],
            ]
        )
    }

    func attributes(_ type: String, _ id: String) async throws -> JSONValue {
        let reply = try await http.get("/api/v1/\(type)/\(id)")
        guard reply.status == 200, let attributes = reply.json["data"]?["attributes"] else {
            throw Refused(request: "GET \(type)/\(id)", reply: reply)
        }
        return attributes
    }

    func list(_ path: String) async throws -> [JSONValue] {
        var rows: [JSONValue] = []
        var next: String? = path
        while let page = next {
            let reply = try await http.get(page)
            guard reply.status == 200, let data = reply.json["data"]?.arrayValue else {
                throw Refused(request: "GET \(page)", reply: reply)
            }
            rows += data
            next = reply.json["links"]?["next"]?.stringValue
        }
        return rows
    }

    /// Every record of a pipeline, oldest first, page by page.
    func records(of pipeline: String) async throws -> [JSONValue] {
        try await list("/api/v1/pipelines/\(pipeline)/records?page%5Bsize%5D=200").reversed()
            .compactMap { $0["attributes"]?["data"] }
    }

    func ingest(_ records: JSONValue, into pipeline: String, key: String? = nil) async throws -> Reply {
        try await http.post(
            "/ingest/\(pipeline)",
            json: records,
            headers: key.map { [("idempotency-key", $0)] } ?? []
        )
    }

    /// A pipeline's counts by their names in the ledger, `in_flight` among them.
    func ledger(of pipeline: String) async throws -> [String: Int] {
        let reply = try await http.get("/api/v1/pipelines/\(pipeline)/ledger")
        guard reply.status == 200, let counts = reply.json["data"]?["attributes"]?.objectValue else {
            throw Refused(request: "GET ledger of \(pipeline)", reply: reply)
        }
        return Dictionary(
            uniqueKeysWithValues: counts.members.compactMap { key, value in value.intValue.map { (key, $0) } }
        )
    }
}

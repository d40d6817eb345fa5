import DashJSON
import Foundation

/// A fresh `dashd` with a team and a token.
final class DashUnderTest {
    let server: ServerProcess
    let token: String
    let http: HTTPExchange

    /// `database`: where it keeps its records; in its data directory when left out.
    init(_ run: BenchRun, data: URL? = nil, token known: String? = nil, database: BenchDatabase? = nil) throws {
        let data = try data ?? ServerProcess.temporaryDirectory()
        let environment = database?.environment ?? [:]
        token = try known ?? Self.makeToken(run, data, environment)
        server = try ServerProcess(
            run.server,
            { port, data in ["serve", "--host", "127.0.0.1", "--port", String(port), "--data", data.path] },
            data: data,
            environment: environment,
            ready: "/readyz"
        )
        http = HTTPExchange(
            port: server.port,
            headers: [("authorization", "Bearer \(token)"), ("accept", "application/vnd.api+json")]
        )
    }

    var authorization: (String, String) { ("authorization", "Bearer \(token)") }

    func create(_ type: String, _ attributes: JSONValue, of parent: (type: String, id: String)? = nil) throws -> String
    {
        var data: JSONObject = ["type": .string(type), "attributes": attributes]
        if let parent {
            let related: JSONValue = ["type": .string(parent.type + "s"), "id": .string(parent.id)]
            data["relationships"] = .object([parent.type: ["data": related]])
        }
        let body: JSONValue = ["data": .object(data)]
        let reply = try http.send("POST", "/api/v1/\(type)", body, type: "application/vnd.api+json", expecting: [201])
        guard let id = reply.json["data"]?["id"]?.stringValue else { throw BenchError("no id for a new \(type)") }
        return id
    }

    func createRealtime(_ name: String) throws -> String {
        try create(
            "pipelines",
            ["name": .string(name), "type": "realtime", "source_type": "webhook", "source_config": ["auth": "bearer"]]
        )
    }

    static func makeToken(_ run: BenchRun, _ data: URL, _ environment: [String: String] = [:]) throws -> String {
        try command(
            run,
            ["user", "create", "--email", "bench@example.com", "--team", "bench", "--role", "owner"],
            data,
            environment
        )
        let output = try command(
            run,
            [
                "token", "create", "--team", "bench", "--name", "bench", "--scope", "manage", "--scope", "read",
                "--scope", "ingest",
            ],
            data,
            environment
        )
        guard let word = output.split(whereSeparator: \.isWhitespace).last else {
            throw BenchError("no token: \(output)")
        }
        return String(word)
    }

    @discardableResult
    static func command(_ run: BenchRun, _ arguments: [String], _ data: URL, _ environment: [String: String]) throws
        -> String
    {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = run.server
        process.arguments = arguments + ["--data", data.path]
        process.environment = [
            "PATH": "/usr/bin:/bin", "HOME": data.path, "DASH_PASSWORD": "correct horse battery staple",
        ].merging(environment) { _, given in given }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw BenchError("dashd \(arguments[0]) failed") }
        return String(decoding: output, as: UTF8.self)
    }
}

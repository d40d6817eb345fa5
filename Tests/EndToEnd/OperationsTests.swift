import DashJSON
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Operations", .serialized)
struct OperationsTests {
    @Test("health, readiness and metrics answer without a token")
    func health() async throws {
        try await DashServer.with { server in
            try await HTTP.with(server.base) { http in
                #expect(try await http.get("/healthz").status == 200)
                #expect(try await http.get("/readyz").status == 200)
                let metrics = try await http.get("/metrics")
                #expect(metrics.status == 200)
                #expect(metrics.text.contains("# TYPE "))
                #expect(metrics[header: "content-type"]?.hasPrefix("text/plain") == true)
            }
        }
    }

    @Test("SIGTERM under load: not ready while draining, exit code 0, nothing acknowledged is lost")
    func gracefulShutdown() async throws {
        // Long enough to be seen on any machine.
        try await DashServer.with(environment: ["DASH_DRAIN_SECONDS": "5"], start: false) { server in
            let token = try await Workspace.token(on: server)
            try await server.start()
            let oracle = Oracle()
            let pipeline = try await HTTP.with(server.base) { http in
                try await Workspace(http, token: token).createRealtime("drained")
            }
            let (code, sawDraining) = try await HTTP.with(server.base) { http in
                let team = Workspace(http, token: token)
                return try await withThrowingTaskGroup(of: Void.self) { group in
                    for poster in 0..<16 {
                        group.addTask {
                            await Poster(number: poster, round: 1, team: team, pipeline: pipeline, oracle: oracle).run()
                        }
                    }
                    try await eventually("posts are acknowledged") { oracle.acknowledgedCount > 200 ? true : nil }
                    let child = try #require(server.child)
                    child.signal(SIGTERM)
                    var sawDraining = false
                    while child.isRunning, let reply = try? await http.get("/readyz") {
                        if reply.status == 503 { sawDraining = true }
                    }
                    let code = try await child.waitForExit()
                    try await group.waitForAll()
                    return (code, sawDraining)
                }
            }
            #expect(code == 0)
            #expect(sawDraining, "/readyz never said 503")

            try await server.start()
            try await HTTP.with(server.base) { http in
                let team = Workspace(http, token: token)
                let stored = try await team.records(of: pipeline).compactMap { $0["id"]?.stringValue }
                #expect(Set(stored).count == stored.count)
                #expect(oracle.acknowledged.subtracting(stored).isEmpty)
                #expect(try await team.ledger(of: pipeline)["stored"] == stored.count)
            }
        }
    }

    @Test(
        "a wrong setting stops the start with 78, its key, its form and the fix",
        arguments: [
            ("DASH_EGRESS_ALLOW", "everywhere"), ("DASH_REGISTRATION", "perhaps"), ("DASH_DATABASE_URL", "mysql://x"),
            ("DASH_SECRET_KEYS", "c2hvcnQ="), ("DASH_PUBLIC_URL", "not a url"),
            ("DASH_DATABASE_URL", "postgres://dash:p@ssw0rd"), ("DASH_DATABASE_URL", "postgres://dash@db:5432"),
            ("DASH_DATABASE_URL", "postgres://dash@db/dash?sslmode=sometimes"),
            ("DASH_REPLICA_URLS", "postgres://dash@replica/dash"), ("DASH_WRITE_POOL", "0"),
            ("DASH_READ_POOL", "many"), ("DASH_QUEUE_TARGET", "-1"), ("DASH_QUEUE_INTERVAL", "1s"),
            ("DASH_REPLICA_LAG", "0"), ("DASH_RECORD_INDEX", "sometimes"),
            ("DASH_OBJECT_STORE_URL", "s3://bucket"),
            ("DASH_OBJECT_STORE_URL", "s3://key:p-ssw0rd@bucket?endpoint=nowhere"),
            ("DASH_SMTP_URL", "mail.example.org"), ("DASH_SMTP_URL", "smtp://dash:p-ssw0rd@mail.example.org:587"),
            ("DASH_SMTP_URL", "smtp://dash:p-ssw0rd@mail.example.org?from=nobody"),
            ("DASH_SMTP_URL", "smtp://mail.example.org?from=a@b.co&encryption=some"),
            ("DASH_SESSION_DAYS", "0"), ("DASH_SESSION_IDLE_DAYS", "a week"),
            ("DASH_UPLOAD_LIMIT_MB", "2 GB"), ("DASH_UPLOAD_RETENTION_DAYS", "-1"),
        ]
    )
    func wrongSetting(key: String, value: String) async throws {
        try await DashServer.with(environment: [key: value], start: false) { server in
            let child = try server.spawn()
            #expect(try await child.waitForExit() == 78)
            #expect(server.output.contains(key))
            #expect(server.output.count > key.count + 20, "says nothing of the form: \(server.output)")
            if key == "DASH_SECRET_KEYS" || value.contains("ssw0rd") { #expect(!server.output.contains(value)) }
        }
    }

    @Test("a key file that others can read stops the start with the fix")
    func openKeyFile() async throws {
        try await DashServer.with(start: false) { server in
            #expect(try await server.command(["migrate"]).code == 0)
            let key = server.data.appending(path: "secret.key").path
            #expect(chmod(key, 0o644) == 0)
            let child = try server.spawn()
            #expect(try await child.waitForExit() == 78)
            #expect(server.output.contains("chmod 600"), "\(server.output)")
            #expect(chmod(key, 0o600) == 0)
            try await server.start()
        }
    }

    @Test("after keys rotate the old key may go")
    func rotatedKeys() async throws {
        let (old, new) = (
            Data(repeating: 1, count: 32).base64EncodedString(), Data(repeating: 2, count: 32).base64EncodedString()
        )
        try await DashServer.with(environment: ["DASH_SECRET_KEYS": old], start: false) { server in
            let token = try await Workspace.token(on: server)
            try await server.start()
            try await HTTP.with(server.base) { http in
                let team = Workspace(http, token: token)
                let pipeline = try await team.createRealtime("sealed")
                _ = try await team.createSink(
                    "webhook",
                    ["url": "https://a.test/x", "headers": ["X-Key": "s3cret"]],
                    on: pipeline
                )
            }
            func rotate(_ keys: String) async throws -> (code: Int32, output: String) {
                try await server.command(["keys", "rotate"], environment: ["DASH_SECRET_KEYS": keys])
            }
            let first = try await rotate("\(new),\(old)")
            #expect(first.code == 0, "\(first.output)")
            #expect(first.output.contains("pipeline_sinks: 1 sealed anew"), "\(first.output)")
            let second = try await rotate(new)
            #expect(second.code == 0, "\(second.output)")
            #expect(second.output.contains("pipeline_sinks: 0 sealed anew, 1 were"), "\(second.output)")
            let third = try await rotate(old)
            #expect(third.code != 0)
            #expect(third.output.contains("could not be opened"), "\(third.output)")
            #expect(!(first.output + second.output + third.output).contains("s3cret"))
        }
    }

    @Test("a server that can't be reached is named by its host and port, without the password")
    func unreachable() async throws {
        let port = try freePort()
        let environment = [
            "DASH_DATABASE_URL": "postgres://dash:hush-hush@127.0.0.1:\(port)/dash",
            "DASH_SECRET_KEYS": TestServers.keys,
        ]
        try await DashServer.with(environment: environment, start: false) { server in
            let result = try await server.command(["migrate"])
            #expect(result.code == 1)
            #expect(result.output.contains("127.0.0.1:\(port)"), "\(result.output)")
            #expect(!result.output.contains("hush"))
        }
    }

    @Test("secrets are in neither the log nor an answer")
    func secretsStaySecret() async throws {
        try await DashServer.with(start: false) { server in
            let token = try await Workspace.token(on: server)
            try await server.start()
            try await HTTP.with(server.base) { http in
                let team = Workspace(http, token: token)
                let secret = "s3cret-\(UUID().uuidString)"
                let pipeline = try await team.create(
                    "pipelines",
                    [
                        "name": "guarded", "type": "polling", "interval_seconds": 1, "source_type": "http",
                        "source_config": [
                            "url": .string("http://127.0.0.1:\(try freePort())/closed"),
                            "auth": ["kind": "bearer", "token": .string(secret)],
                        ],
                    ]
                )
                let config = try await team.attributes("pipelines", pipeline)["source_config"]
                #expect(config?["auth"]?["token"]?.stringValue == "********")
                try await eventually("the source was tried and failed") {
                    let row = try await team.attributes("pipelines", pipeline)
                    return row["failure_count"]?.intValue ?? 0 > 0 ? true : nil
                }
                let error = try await team.attributes("pipelines", pipeline).text
                #expect(!error.contains(secret))
                #expect(!server.output.contains(secret))
                #expect(!server.output.contains(token))
                #expect(!server.output.contains("correct horse"))
                let files = try FileManager.default.subpathsOfDirectory(atPath: server.data.path)
                for file in files {
                    let bytes = (try? Data(contentsOf: server.data.appending(path: file))) ?? Data()
                    #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(file) has the secret as it is")
                    #expect(bytes.range(of: Data(token.utf8)) == nil, "\(file) has the token as it is")
                }
            }
        }
    }

    @Test("migrate may run again and again, and so may the server")
    func startsAgain() async throws {
        try await DashServer.with(start: false) { server in
            for _ in 1...2 {
                let result = try await server.command(["migrate"])
                #expect(result.code == 0, "\(result.output)")
            }
            for _ in 1...2 {
                try await server.start()
                #expect(try await server.terminate() == 0)
            }
            let again = try await server.command(["migrate"])
            #expect(again.code == 0)
        }
    }

    @Test("an operator makes a link for a new password, which works once")
    func userReset() async throws {
        let environment = ["DASH_PUBLIC_URL": "https://dash.example.org/"]
        try await DashServer.with(environment: environment, start: false) { server in
            let made = try await server.command(
                ["user", "create", "--email", "ada@example.org", "--team", "lab"],
                environment: ["DASH_PASSWORD": "correct horse battery"]
            )
            #expect(made.code == 0, "\(made.output)")
            let unknown = try await server.command(["user", "reset", "--email", "bob@example.org"])
            #expect(unknown.code == 1)
            #expect(unknown.output.contains("no account"))
            let first = try await server.command(["user", "reset", "--email", "Ada@example.org"])
            let second = try await server.command(["user", "reset", "--email", "ada@example.org"])
            let old = Self.path(in: first.output)
            let new = Self.path(in: second.output)
            #expect(old.hasPrefix("/reset-password/") && new.count > 50, "\(first.output)")
            try await server.start()
            try await HTTP.with(server.base) { http in
                let gone = try await http.get(old).status
                let good = try await http.get(new).status
                #expect(gone == 404)
                #expect(good == 200)
            }
            #expect(!server.output.contains(new.dropFirst("/reset-password/".count)))
        }
    }

    /// What stands behind the server's public address.
    private static func path(in output: String) -> String {
        guard let start = output.range(of: "https://dash.example.org") else { return "" }
        return String(output[start.upperBound...].prefix { !$0.isWhitespace })
    }

    @Test("usage errors end with 64")
    func usage() async throws {
        let result = try await ChildProcess.run(
            Paths.dashd,
            ["serve", "--no-such-flag"],
            environment: ["PATH": "/usr/bin:/bin"]
        )
        #expect(result.code == 64)
    }
}

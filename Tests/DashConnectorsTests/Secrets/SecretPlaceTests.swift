import DashJSON
import DashModel
import DashPipeline
import Logging
import Testing

@testable import DashConnectors

/// Every kind of source and sink: its secrets never come back, are kept when what was read is sent back, and are asked for
/// again when the place changes that they go to.
@Suite struct SecretPlaceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var isSource = false
        var config: JSONObject
        /// What may change without a word.
        var harmless: JSONObject
        /// A change of place, and the secrets that are asked for again.
        var moves: [(change: JSONObject, asked: [String])]

        var testDescription: String { (isSource ? "source " : "sink ") + name }
    }

    private static let auth: JSONValue = [
        "kind": "oauth2", "username": "u", "password": "SECRET1", "token": "SECRET2", "name": "X-Key",
        "value": "SECRET3",
        "token_url": "https://login.test/token?api_key=SECRET4", "client_id": "c", "client_secret": "SECRET5",
    ]
    private static let inAuth = ["password", "token", "value", "token_url", "client_secret"].map { "/auth/" + $0 }

    private static func moved(_ auth: JSONValue, _ name: String, _ value: JSONValue) -> JSONValue {
        .object(
            (SecretMask.masked(["auth": auth], fields: http)["auth"]?.objectValue ?? [:]).merging(
                JSONObject([(name, value)])
            )
        )
    }

    private static let http: [ConfigField] = [HTTPAuthorization.sourceField]

    private static let cases: [Case] = [
        Case(
            name: "http",
            isSource: true,
            config: [
                "url": "https://a.test/b?x=1&api_key=SECRET6", "auth": auth,
                "headers": ["X-Key": "SECRET7", "Accept": "a/b"],
                "query": ["access_token": "SECRET8", "page": "1"], "body": "{\"a\":{\"password\":\"SECRET9\"}}",
            ],
            harmless: [
                "timeout_seconds": 7, "url": "https://A.test:443/b?x=2&api_key=********", "method": "POST",
                "query": ["access_token": "********", "page": "2"], "headers": ["X-Key": "********", "Accept": "c/d"],
            ],
            moves: [
                "https://evil.test/b?api_key=********", "http://a.test/b", "https://a.test:444/b", "https://a.test/c",
                "https://a.test/b/", "https://evil.test\\@a.test/b", "https://a.test@evil.test/b",
                "https://a.test.evil.test/b",
            ].map { url in
                let own = url.contains("*") ? ["/url"] : []
                return (["url": .string(url)], own + inAuth + ["/headers/X-Key", "/query/access_token", "/body"])
            } + [
                // Behind a shared front it says whose server answers.
                (
                    ["headers": ["X-Key": "********", "Accept": "a/b", "hOST": "evil.test"]],
                    ["/url"] + inAuth + ["/headers/X-Key", "/query/access_token", "/body"]
                ),
                (
                    ["auth": moved(auth, "token_url", "https://evil.test/token")],
                    ["/auth/password", "/auth/token", "/auth/value", "/auth/client_secret"]
                ),
            ]
        ),
        Case(
            name: "graphql",
            isSource: true,
            config: [
                "url": "https://a.test/g", "query": "{ a }", "headers": ["Authorization": "SECRET1"],
                "variables": ["first": 5, "input": ["apiKey": "SECRET2"]],
            ],
            harmless: ["query": "{ b }", "variables": ["first": 6, "input": ["apiKey": "********"]]],
            moves: [(["url": "https://a.test/other"], ["/headers/Authorization", "/variables/input/apiKey"])]
        ),
        Case(
            name: "kafka",
            isSource: true,
            config: [
                "brokers": "a.test:9092, b.test:9092", "topic": "t", "sasl": "PLAIN", "password": "SECRET1",
                "tls": true,
            ],
            harmless: ["brokers": "b.test:9092,A.test:9092", "topic": "u", "username": "v"],
            moves: [
                (["brokers": "a.test:9092, evil.test:9092"], ["/password"]),
                (["brokers": "a.test:9093"], ["/password"]),
                (["tls": false], ["/password"]),
            ]
        ),
        Case(
            name: "webhook",
            isSource: true,
            config: ["auth": "hmac", "secrets": ["SECRET1", "SECRET2"]],
            harmless: ["auth": "github"],
            moves: []
        ),
        Case(
            name: "webhook",
            config: [
                "url": "https://hooks.slack.com/services/T0SECRET1/B0SECRET2/SECRET3", "headers": ["X-Api": "SECRET4"],
                "signing_secret": "SECRET5", "auth": ["kind": "bearer", "token": "SECRET6"],
            ],
            harmless: ["format": "slack", "template": "{{a}}"],
            moves: [
                (
                    ["url": "https://hooks.evil.test/********/********/********/********"],
                    ["/url", "/headers/X-Api", "/signing_secret", "/auth/token"]
                ),
                (
                    ["url": "https://hooks.slack.com/services/********/********/********"],
                    ["/url", "/headers/X-Api", "/signing_secret", "/auth/token"]
                ),
                (
                    ["url": "https://hooks.slack.com/services/other"],
                    ["/headers/X-Api", "/signing_secret", "/auth/token"]
                ),
            ]
        ),
        Case(
            name: "postgresql",
            config: ["host": "a.test", "database": "d", "user": "u", "table": "t", "password": "SECRET1"],
            harmless: ["host": "A.test", "port": 5432, "tls": "prefer", "table": "other"],
            moves: [
                (["host": "evil.test"], ["/password"]), (["port": 5433], ["/password"]),
                (["tls": "disable"], ["/password"]),
            ]
        ),
        Case(
            name: "s3",
            config: [
                "endpoint": "https://s3.test", "bucket": "abc", "access_key_id": "k", "secret_access_key": "SECRET1",
            ],
            harmless: ["endpoint": "https://s3.test/", "prefix": "p"],
            moves: [
                (["endpoint": "https://evil.test"], ["/secret_access_key"]),
                (["bucket": "evil"], ["/secret_access_key"]),
            ]
        ),
        Case(
            name: "kafka",
            config: ["brokers": "a.test:9092", "topic": "t", "sasl": "PLAIN", "password": "SECRET1"],
            harmless: ["tls": false, "topic": "u"],
            moves: [(["brokers": "evil.test:9092"], ["/password"]), (["tls": true], ["/password"])]
        ),
        Case(
            name: "redis",
            config: ["host": "a.test", "stream": "s", "password": "SECRET1"],
            harmless: ["port": 6379, "database": 1],
            moves: [(["host": "evil.test"], ["/password"]), (["port": 1], ["/password"])]
        ),
        Case(
            name: "mqtt",
            config: ["host": "a.test", "topic": "t", "password": "SECRET1", "tls": true],
            harmless: ["port": 1883, "topic": "u"],
            moves: [
                (["host": "evil.test"], ["/password"]), (["port": 1], ["/password"]), (["tls": false], ["/password"]),
            ]
        ),
        Case(
            name: "email",
            config: ["host": "a.test", "from": "a@b.test", "to": "c@d.test", "password": "SECRET1"],
            harmless: ["port": 587, "encryption": "starttls", "to": "e@f.test"],
            moves: [
                (["host": "evil.test"], ["/password"]), (["port": 25], ["/password"]),
                (["encryption": "none"], ["/password"]),
            ]
        ),
        Case(name: "file", config: ["path": "a.ndjson"], harmless: ["path": "b.ndjson"], moves: []),
    ]

    private static let components = Builtins.components(
        http: OutboundHTTP(policy: EgressPolicy(), logger: Logger(label: "test")),
        filesDirectory: "/nowhere",
        hasSystemSource: false
    )

    private func fields(_ example: Case) throws -> [ConfigField] {
        example.isSource
            ? try #require(Self.components.source(example.name)?.fields)
            : try #require(Self.components.sink(example.name)?.fields)
    }

    @Test(arguments: cases) func comesBackAsItWas(example: Case) throws {
        let fields = try fields(example)
        let stored = JSONValue.object(example.config)
        let shown = SecretMask.masked(stored, fields: fields)
        #expect(!shown.text.contains("SECRET"), "\(shown.text)")
        let same = SecretReturn(shown, stored: stored, fields: fields)
        #expect(same.config == stored)
        #expect(same.issues.isEmpty)
        let changed = (shown.objectValue ?? [:]).merging(example.harmless)
        let kept = SecretReturn(.object(changed), stored: stored, fields: fields)
        #expect(kept.issues.isEmpty, "\(kept.issues)")
        #expect(SecretMask.masked(kept.config, fields: fields) == .object(changed))
        #expect(secrets(in: kept.config) == secrets(in: stored))
    }

    @Test(arguments: cases) func aSecretStaysWithItsPlace(example: Case) throws {
        let fields = try fields(example)
        let stored = JSONValue.object(example.config)
        let shown = SecretMask.masked(stored, fields: fields).objectValue ?? [:]
        for (change, asked) in example.moves {
            let moved = SecretReturn(.object(shown.merging(change)), stored: stored, fields: fields)
            #expect(Set(moved.issues.map(\.pointer)) == Set(asked), "\(change)")
            #expect(moved.issues.allSatisfy { $0.message.contains("changed") })
            if change.members.allSatisfy({ $0.key != "auth" }) {
                #expect(secrets(in: moved.config).isEmpty, "\(change)")
            }
            // Whoever knows them may give them anew.
            let known = SecretReturn(.object(example.config.merging(change)), stored: stored, fields: fields)
            if !change.members.contains(where: { $0.value.text.contains("*") }) { #expect(known.issues.isEmpty) }
        }
    }

    /// A new kind of source or sink must have its place declared, or no secret.
    @Test func everyKindIsTried() {
        let tried = Set(Self.cases.map(\.testDescription))
        for kind in Self.components.sources where kind.name != "pipeline" {
            #expect(tried.contains("source " + kind.name))
        }
        for kind in Self.components.sinks { #expect(tried.contains("sink " + kind.name)) }
    }

    private func secrets(in config: JSONValue) -> Set<String> {
        let text = config.text
        return Set((1...9).map { "SECRET\($0)" }.filter(text.contains))
    }
}

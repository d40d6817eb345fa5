import DashJSON
import DashModel
import DashPipeline
import DashStorage
import Foundation
import Logging
import NIOHTTP1
import TestSupport
import Testing

@testable import DashConnectors

/// What kinds of sinks promise beyond the contract.
@Suite struct SinkDetailTests {
    @Test func signsAsAmazonsExampleDoes() {
        var headers: HTTPHeaders = ["range": "bytes=0-9"]
        let signature = AWSSignature(
            accessKeyID: "AKIAIOSFODNN7EXAMPLE",
            secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            region: "us-east-1"
        )
        signature.sign(
            &headers,
            method: .GET,
            host: "examplebucket.s3.amazonaws.com",
            path: "/test.txt",
            query: [],
            payload: [],
            now: Timestamp(seconds: 1_369_353_600)
        )
        #expect(
            headers.first(name: "authorization")?.hasSuffix(
                "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
            ) == true
        )
    }

    @Test func signsWebhooksAsTheStandardsExampleDoes() throws {
        let signature = try #require(WebhookSignature(secrets: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]))
        let header = signature.header(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            seconds: 1_614_265_330,
            body: Array(#"{"test": 2432232314}"#.utf8)
        )
        #expect(header == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        #expect(WebhookSignature(secrets: ["whsec_short"]) == nil)
    }

    @Test(.enabled(if: TestServers.s3 != nil)) func writesOneObjectADelivery() async throws {
        let port = try #require(TestServers.s3)
        let bucket = TestServers.name("detail-")
        let client = S3Fixture.client(port: port, bucket: bucket)
        try await client.makeBucket()
        let sink = try TestServers.kind("s3").make(
            S3Fixture.config(port: port, bucket: bucket, ["partition": "hour", "prefix": "out/"])
        )
        let delivery = SinkContract.delivery(1...500, padding: 64)
        for _ in 0..<3 { try await sink.send(delivery) }
        let keys = try await client.keys(startingWith: "")
        let hour = delivery.receivedAt.text
        #expect(
            keys == ["out/dt=\(hour.prefix(10))/hour=\(hour.dropFirst(11).prefix(2))/\(delivery.id.text).ndjson.gz"]
        )
        let object = try await client.get(key: keys.first ?? "")
        #expect(object.starts(with: [0x1F, 0x8B]))
        #expect(object == (try Gzip.compress(delivery.records.lines)), "equal records make equal objects")
    }

    @Test(.enabled(if: TestServers.s3 != nil)) func writesLargeObjectsInParts() async throws {
        let port = try #require(TestServers.s3)
        let bucket = TestServers.name("parts-")
        let client = S3Fixture.client(port: port, bucket: bucket)
        try await client.makeBucket()
        let config = S3Fixture.config(port: port, bucket: bucket, ["compression": "none"])
        let delivery = SinkContract.delivery(1...9, padding: 1 << 20)
        try await TestServers.kind("s3").make(config).send(delivery)
        let key = try #require(try await client.keys(startingWith: "dt=").first)
        #expect(try await client.get(key: key) == delivery.records.lines)
    }

    @Test(.enabled(if: TestServers.s3 != nil)) func aWrongKeyIsWorthAnotherTry() async throws {
        let port = try #require(TestServers.s3)
        let config = S3Fixture.config(port: port, bucket: "nobodys", ["secret_access_key": "wrong"])
        let error = await #expect(throws: DashError.self) {
            try await TestServers.kind("s3").make(config).test(for: TestServers.origin)
        }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("access key") == true)
        #expect(error?.message.contains("wrong") == false)
    }

    @Test(.enabled(if: TestServers.redis != nil)) func tellsAWrongPasswordAndAWrongKey() async throws {
        let port = JSONValue.number(JSONNumber(try #require(TestServers.redis)))
        let kind = try TestServers.kind("redis")
        let wrong: JSONValue = ["host": "127.0.0.1", "port": port, "password": "no", "stream": "s"]
        let error = await #expect(throws: DashError.self) { try await kind.make(wrong).test(for: TestServers.origin) }
        #expect(error?.code == .unavailable)
        let trimmed = TestServers.name("trim-")
        let right: JSONValue = [
            "host": "127.0.0.1", "port": port, "password": "s3cret", "stream": .string(trimmed), "max_length": 100,
            "timeout_seconds": 60,
        ]
        let sink = try kind.make(right)
        try await sink.send((0..<20).map { SinkContract.delivery($0 * 100 + 1...$0 * 100 + 100) })
        await sink.close()
        let left = try RedisEntries.read(trimmed, port: try #require(TestServers.redis))
        #expect((100..<400).contains(left.count))
        #expect(left.last.flatMap(TestServers.number) == 2_000)
    }

    @Test(.enabled(if: TestServers.smtp != nil)) func tellsWhatTheMailServerRefused() async throws {
        let port = JSONValue.number(JSONNumber(try #require(TestServers.smtp)))
        let kind = try TestServers.kind("email")
        func config(_ others: JSONObject) -> JSONValue {
            let config: JSONObject = [
                "host": "127.0.0.1", "port": port, "encryption": "none", "from": "dash@example.org",
                "to": "reader@example.org", "timeout_seconds": 60,
            ]
            return .object(config.merging(others))
        }
        let cases: [(JSONObject, DashError.Code)] = [
            (["to": "refused@example.org"], .invalid), (["to": "later@example.org"], .unavailable),
            (["username": "dash", "password": "wrong"], .unavailable), (["encryption": "starttls"], .unavailable),
        ]
        for (others, code) in cases {
            let sink = try kind.make(config(others))
            let error = await #expect(throws: DashError.self) { try await sink.send(SinkContract.delivery(1...1)) }
            #expect(error?.code == code, "\(others)")
            await sink.close()
        }
        let reader = TestServers.name("signed-in") + "@example.org"
        let sink = try kind.make(
            config([
                "to": .string(reader), "username": "dash", "password": "s3cret", "subject": "Größe {{n}}\nBcc: x@y",
                "line": "n is {{n}}",
            ])
        )
        try await sink.send([SinkContract.delivery(1...150), SinkContract.delivery(151...160)])
        await sink.close()
        let mail = try #require(try Mails.read(for: reader).first)
        #expect(mail.parts.first?.hasPrefix("n is 1\r\nn is 2\r\n") == true)
        #expect(mail.parts.first?.contains("and 60 more") == true)
        #expect(mail.numbers == Array(1...160))
        #expect(mail.text.contains("Subject: =?utf-8?B?"))
        #expect(!mail.text.contains("\nBcc:"))
    }

    @Test(.enabled(if: TestServers.mqtt != nil)) func fillsTopicAndPayload() async throws {
        let port = try #require(TestServers.mqtt)
        let base = TestServers.name("fill-")
        let reader = MQTTReader(port: port, topic: base + "/#")
        defer { reader.stop() }
        try await eventually("subscribed") { reader.isSubscribed }
        let sink = try TestServers.kind("mqtt").make([
            "host": "127.0.0.1", "port": .number(JSONNumber(port)), "topic": .string(base + "/{{n}}"),
            "payload": "value={{n}}", "quality": 2, "timeout_seconds": 60,
        ])
        try await sink.send(SinkContract.delivery(1...3))
        await sink.close()
        try await eventually("they came") { reader.all.count == 3 }
        #expect(reader.all.map(\.topic) == (1...3).map { "\(base)/\($0)" })
        #expect(reader.all.map(\.payload) == (1...3).map { "value=\($0)" })
    }

    @Test func reachesNoPrivateAddress() async throws {
        let http = OutboundHTTP(policy: EgressPolicy(), logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() })
        let components = Builtins.components(http: http, filesDirectory: "/nowhere", hasSystemSource: false)
        let configs: [(String, JSONValue)] = [
            ("redis", ["host": "127.0.0.1", "stream": "s"]),
            ("postgresql", ["host": "169.254.169.254", "database": "d", "user": "u", "table": "t"]),
            ("kafka", ["brokers": "localhost:9092", "topic": "t"]), ("mqtt", ["host": "::1", "topic": "t"]),
            ("email", ["host": "10.0.0.1", "from": "a@b", "to": "c@d"]),
            ("webhook", ["url": "http://127.0.0.1/"]),
            (
                "s3",
                [
                    "endpoint": "http://[::ffff:127.0.0.1]", "bucket": "abc", "access_key_id": "a",
                    "secret_access_key": "b",
                ]
            ),
        ]
        for (name, config) in configs {
            let sink = try #require(components.sink(name)).make(config)
            let sent = await #expect(throws: DashError.self) { try await sink.send(SinkContract.delivery(1...1)) }
            #expect(sent?.code == .forbidden, "\(name)")
            let tested = await #expect(throws: DashError.self) { try await sink.test(for: TestServers.origin) }
            #expect(tested?.code == .forbidden, "\(name)")
            await sink.close()
        }
        await http.close()
    }

    @Test func tellsWhatIsWrongWithASetting() throws {
        let wrong: [(String, JSONValue, String)] = [
            ("redis", ["host": "redis://x", "stream": "s"], "/sink_config/host"),
            ("postgresql", ["host": "h", "table": "a.b.c"], "/sink_config/table"),
            ("postgresql", ["host": "h", "table": "t", "columns": ["a": "a"], "key": "b"], "/sink_config/key"),
            ("kafka", ["brokers": "nohost", "topic": "t"], "/sink_config/brokers"),
            ("kafka", ["brokers": "h:1", "topic": "a b"], "/sink_config/topic"),
            ("mqtt", ["host": "h", "topic": "a/#"], "/sink_config/topic"),
            ("email", ["host": "h", "from": "a@b\r\nRCPT TO:<x@y>", "to": "c@d"], "/sink_config/from"),
            ("s3", ["endpoint": "http://h", "bucket": "a/b"], "/sink_config/bucket"),
            ("webhook", ["url": "http://h", "signing_secret": "short"], "/sink_config/signing_secret"),
        ]
        for (name, config, pointer) in wrong {
            let kind = try TestServers.kind(name)
            let error = #expect(throws: DashError.self) { try kind.make(config) }
            #expect(error?.issues.map(\.pointer) == [pointer], "\(name)")
        }
    }

    @Test func messagesForChatsAreHarmless() throws {
        var records = RecordBytes()
        for number in 1...30 { records.append(Array(#"{"who":"<!channel> & @everyone","n":\#(number)}"#.utf8)) }
        var delivery = SinkContract.delivery(1...1)
        delivery.records = records
        let template = "<b> {{who}} {{n}}"
        let slack = try JSONValue(parsing: WebhookBody(format: "slack", template: template).bytes(of: delivery))
        let lines = slack["text"]?.stringValue?.split(separator: "\n") ?? []
        #expect(lines.first == "<b> &lt;!channel&gt; &amp; @everyone 1")
        #expect(lines.count == 21)
        #expect(lines.last == "… and 10 more")
        let discord = try JSONValue(parsing: WebhookBody(format: "discord", template: template).bytes(of: delivery))
        #expect(discord["allowed_mentions"]?["parse"] == [])
        #expect((discord["content"]?.stringValue?.count ?? 9_999) <= 2_000)
    }
}

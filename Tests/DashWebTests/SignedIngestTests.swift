import DashJSON
import DashMapping
import DashModel
import DashPipeline
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import DashWeb

@Suite("Signed posts and events")
struct SignedIngestTests {
    private func name(_ text: String) throws -> HTTPField.Name { try #require(HTTPField.Name(text)) }

    private func fields(_ pairs: [(String, String)]) throws -> HTTPFields {
        var fields = HTTPFields()
        for (key, value) in pairs { fields[try name(key)] = value }
        return fields
    }

    @Test("takes GitHub's signature and keeps its delivery id")
    func github() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant(auth: "none")
        let verifier = try WebhookVerifier(config: ["auth": "github", "secrets": ["old", "new"]])
        site.operations.accept(tenant.pipeline, in: tenant.team, auth: "github", verifier: verifier)
        let signature = "sha256=a3f92c03db1a0ce4ee4e0a0aa8ebb4a9f8b2a6b1f3f2b0a8f9f4bb3a3c0e2c9b"
        let wrong = try fields([("x-hub-signature-256", signature), ("x-github-delivery", "d-1")])
        try await site.run { client in
            let uri = "/ingest/\(tenant.pipeline.text)"
            for headers in [HTTPFields(), wrong] {
                try await client.execute(uri: uri, method: .post, headers: headers, body: ByteBuffer(string: "{}")) {
                    #expect($0.status == .unauthorized)
                }
            }
        }
        #expect(site.operations.received.isEmpty)
    }

    @Test("covers Twilio's address and form by its signature")
    func twilio() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant(auth: "none")
        let verifier = try WebhookVerifier(config: ["auth": "twilio", "secrets": ["12345"]])
        site.operations.accept(tenant.pipeline, in: tenant.team, auth: "twilio", verifier: verifier)
        let uri = "/ingest/\(tenant.pipeline.text)?x=1"
        let signature = TwilioTestSignature.of("http://dash.test" + uri, ["a": "1", "b": "two words"], token: "12345")
        let headers = try fields([
            ("x-twilio-signature", signature), ("content-type", "application/x-www-form-urlencoded"),
            ("i-twilio-idempotency-token", "t-1"), ("idempotency-key", "not signed"),
        ])
        try await site.run { client in
            // The double wants JSON: that it complains of the form shows that the signature was taken.
            try await client.execute(
                uri: uri,
                method: .post,
                headers: headers,
                body: ByteBuffer(string: "b=two+words&a=1")
            ) {
                #expect($0.status == .badRequest)
            }
        }
        let request = try #require(site.operations.received.first)
        #expect(request.form.framing == .form)
        #expect(request.idempotencyKey == "twilio:t-1")
    }

    @Test("answers Slack's challenge and stores nothing")
    func slack() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant(auth: "none")
        let config: JSONValue = [
            "auth": "hmac", "secrets": ["k"], "hmac": ["header": "x-sig", "timestamp_header": "x-time"],
        ]
        site.operations.accept(
            tenant.pipeline,
            in: tenant.team,
            auth: "hmac",
            verifier: try WebhookVerifier(config: config)
        )
        let old = try fields([("x-sig", "00"), ("x-time", "1")])
        try await site.run { client in
            try await client.execute(
                uri: "/ingest/\(tenant.pipeline.text)",
                method: .post,
                headers: old,
                body: ByteBuffer(string: "{}")
            ) {
                #expect($0.status == .unauthorized)
                #expect(String(buffer: $0.body).contains("s old"))
            }
        }
    }

    @Test("answers the handshake of CloudEvents, for pipelines that there are")
    func handshake() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant(auth: "none")
        let asked = try fields([("webhook-request-origin", "eventgrid.azure.net"), ("webhook-request-rate", "120")])
        try await site.run { client in
            let uri = "/ingest/\(tenant.pipeline.text)"
            try await client.execute(uri: uri, method: .options, headers: asked) {
                #expect($0.status == .ok)
                #expect($0.headers[.webhookAllowedOrigin] == "eventgrid.azure.net")
                #expect($0.headers[.webhookAllowedRate] == "*")
                #expect($0.headers[.allow]?.contains("POST") == true)
            }
            try await client.execute(uri: uri, method: .options) {
                #expect($0.status == .ok)
                #expect($0.headers[.webhookAllowedOrigin] == nil)
                #expect($0.headers[.allow]?.contains("POST") == true)
            }
            try await client.execute(uri: "/ingest/\(UUID.v7().text)", method: .options, headers: asked) {
                #expect($0.status == .notFound)
                #expect($0.headers[.webhookAllowedOrigin] == nil)
            }
        }
        #expect(site.operations.received.isEmpty)
    }

    @Test("names each event of a batch, whatever key the request has")
    func batches() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant(auth: "none")
        @Sendable func event(_ id: String) -> String {
            #"{"specversion":"1.0","id":"\#(id)","source":"/s","type":"t"}"#
        }
        try await site.run { client in
            for ids in [["A", "B"], ["B", "C"], ["A"]] {
                let body = "[" + ids.map(event).joined(separator: ",") + "]"
                try await client.execute(
                    uri: "/ingest/\(tenant.pipeline.text)",
                    method: .post,
                    headers: [
                        .contentType: "application/cloudevents-batch+json", .idempotencyKey: ids.joined(),
                        .contentEncoding: "identity, identity",
                    ],
                    body: ByteBuffer(string: body)
                ) { #expect($0.status == .accepted) }
            }
        }
        let keys = site.operations.received.map { $0.eventKeys + [$0.idempotencyKey].compactMap(\.self) }
        #expect(keys.map(\.count) == [2, 2, 1])
        #expect(keys[0][1] == keys[1][0] && keys[0][0] == keys[2][0] && keys[1][1] != keys[0][0])
    }

    @Test("says when an answer is that of an earlier request")
    func replayed() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant(auth: "none")
        site.operations.answer(with: IngestReceipt(accepted: 2, quarantined: 1, duplicates: 3, isRepeat: true))
        try await site.run { client in
            try await client.execute(
                uri: "/ingest/\(tenant.pipeline.text)",
                method: .post,
                headers: [.contentType: "application/json", .idempotencyKey: "k"],
                body: ByteBuffer(string: "{}")
            ) {
                #expect($0.status == .accepted)
                #expect($0.headers[.idempotentReplayed] == "true")
                #expect(String(buffer: $0.body) == #"{"accepted":2,"quarantined":1,"duplicates":3}"#)
            }
        }
    }

    @Test("reads an event in all three modes as the same record")
    func cloudEvents() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant(auth: "none")
        let event =
            #"{"specversion":"1.0","id":"A 1","source":"/s","type":"t","datacontenttype":"application/json","data":{"v":1}}"#
        let binary = try fields([
            ("ce-specversion", "1.0"), ("ce-id", "A%201"), ("ce-source", "/s"), ("ce-type", "t"),
            ("content-type", "application/json"),
        ])
        try await site.run { client in
            let uri = "/ingest/\(tenant.pipeline.text)"
            let posts: [(HTTPFields, String)] = [
                ([.contentType: "application/cloudevents+json; charset=utf-8"], event),
                ([.contentType: "application/cloudevents-batch+json"], "[\(event)]"), (binary, #"{"v":1}"#),
            ]
            for (headers, body) in posts {
                try await client.execute(uri: uri, method: .post, headers: headers, body: ByteBuffer(string: body)) {
                    #expect($0.status == .accepted)
                }
            }
        }
        let received = site.operations.received
        #expect(received.count == 3)
        let values = try received.map { try JSONValue(parsing: $0.body) }
        #expect(values[0] == values[2])
        #expect(values[1] == .array([values[0]]))
        // The same event names itself in the same way in every mode.
        #expect(Set(received.map(\.idempotencyKey)).count == 1)
        #expect(received[0].idempotencyKey?.hasPrefix("cloudevents:") == true)
    }

    @Test(
        "refuses events that are none",
        arguments: [
            ("application/cloudevents+json", #"{"specversion":"1.0","id":"1","source":"/s"}"#, 400),
            ("application/cloudevents+json", #"{"specversion":"0.3","id":"1","source":"/s","type":"t"}"#, 400),
            ("application/cloudevents+json", "[]", 400), ("application/cloudevents-batch+json", "{}", 400),
            ("application/cloudevents+json", "{", 400), ("application/cloudevents+avro", "x", 415),
            ("application/cloudevents-batch+json", #"[7,{"id":5}]"#, 400),
            ("application/cloudevents-batch+json", #"[{"id":"1","data":"\ud800"}]"#, 400),
        ]
    )
    func refusesEvents(type: String, body: String, status: Int) async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant(auth: "none")
        try await site.run { client in
            try await client.execute(
                uri: "/ingest/\(tenant.pipeline.text)",
                method: .post,
                headers: [.contentType: type],
                body: ByteBuffer(string: body)
            ) { #expect($0.status.code == status) }
        }
        #expect(site.operations.received.isEmpty)
    }

    @Test("sets bad events of a batch apart and takes the others")
    func badEventsOfABatch() throws {
        func event(_ id: String, _ data: String = "1") -> String {
            #"{"specversion":"1.0","id":\#(id),"source":"/s","type":"t","data":\#(data)}"#
        }
        let good = [event(#""A""#), event(#""B""#, #"{"x":[1]}"#)]
        let alone = try CloudEvents.receive(.batch, Array("[\(good.joined(separator: ","))]".utf8), [:])
        #expect(alone.unreadable.isEmpty && alone.keys.count == 2)
        for bad in [event("5"), "7", event(#""C""#, #""\ud800""#), event(#""C""#).replacing("1.0", with: "0.3")] {
            let body = Array("[\(good[0]), \(bad),\n\(good[1])]".utf8)
            let received = try CloudEvents.receive(.batch, body, [:])
            #expect(try JSONValue(parsing: received.body) == JSONValue(parsing: alone.body), "\(bad)")
            #expect(received.keys == alone.keys, "\(bad)")
            #expect(received.unreadable.count == 1)
            let other = received.unreadable.first
            #expect(String(decoding: other?.data ?? [], as: UTF8.self).trimmingSpaces == bad)
            #expect(other?.reason.isEmpty == false)
            // The same batch again is the same, in another one it may be another that only looks so.
            #expect(try CloudEvents.receive(.batch, body, [:]).unreadable.first?.key == other?.key)
            let another = try CloudEvents.receive(.batch, Array("[\(good[0]),\(bad)]".utf8), [:])
            #expect(another.unreadable.first?.key != other?.key)
        }
    }

    @Test("a batch with a bad event is answered with what became of each")
    func badEventIsPosted() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant(auth: "none")
        let good = #"{"specversion":"1.0","id":"A","source":"/s","type":"t"}"#
        try await site.run { client in
            try await client.execute(
                uri: "/ingest/\(tenant.pipeline.text)",
                method: .post,
                headers: [.contentType: "application/cloudevents-batch+json"],
                body: ByteBuffer(string: "[\(good),{\"id\":5}]")
            ) { #expect($0.status == .accepted) }
        }
        let received = try #require(site.operations.received.first)
        #expect(received.eventKeys.count == 1 && received.idempotencyKey == nil)
        #expect(
            received.unreadable.map(\.reason) == ["The event lacks specversion, which CloudEvents requires as a text."]
        )
        #expect(try JSONValue(parsing: received.body) == JSONValue(parsing: "[\(good)]"))
    }

    @Test("keeps what binary events carry that is not JSON")
    func binaryData() throws {
        var headers = try fields([("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-source", "/s"), ("ce-type", "t")])
        headers[.contentType] = "text/plain"
        let text = try CloudEvents.receive(.binary, Array("hello".utf8), headers)
        #expect(try JSONValue(parsing: text.body)["data"] == "hello")
        headers[.contentType] = "application/octet-stream"
        let bytes = try CloudEvents.receive(.binary, [0xFF, 0xFE], headers)
        #expect(try JSONValue(parsing: bytes.body)["data_base64"] == "//4=")
        let none = try CloudEvents.receive(.binary, [], headers)
        #expect(try JSONValue(parsing: none.body)["data"] == nil)
    }
}

import DashJSON
import DashModel
import Testing

@testable import DashPipeline

/// Each preset against its sender's own documented example, and against what attackers and wrong clocks do to it.
@Suite struct SignatureTests {
    /// A request that is valid at its time, and how to tell it apart.
    struct Example: Sendable, CustomTestStringConvertible {
        var preset: String
        var secret: String
        var body: String
        var url = ""
        var headers: [(name: String, value: String)]
        var seconds: Int64 = 1_700_000_000
        var isTimed = false
        var deliveryID: String?
        var hmac: JSONValue = .null
        var testDescription: String { preset + (hmac.isNull ? "" : " " + hmac.text) }
    }

    private static let slackBody =
        "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar"
        + "&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack"
        + ".com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0"
        + "bc887a14d10d2c447fce8b6703c"

    static let examples: [Example] = [
        Example(
            preset: "standard_webhooks",
            secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            body: #"{"test": 2432232314}"#,
            headers: [
                ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"), ("webhook-timestamp", "1614265330"),
                ("webhook-signature", "v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v2,x"),
            ],
            seconds: 1_614_265_330,
            isTimed: true,
            deliveryID: "standard_webhooks:msg_p5jXN8AQM9LWM0D4loKWxJek"
        ),
        Example(
            preset: "github",
            secret: "It's a Secret to Everybody",
            body: "Hello, World!",
            headers: [
                ("X-Hub-Signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"),
                ("X-GitHub-Delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958"),
            ],
            deliveryID: "github:72d3162e-cc78-11e3-81ab-4c9367dc0958"
        ),
        Example(
            preset: "stripe",
            secret: "whsec_test_secret",
            body: #"{"id":"evt_test_webhook","object":"event"}"#,
            headers: [
                (
                    "Stripe-Signature",
                    "t=1700000000,v1=00ff,v1=d95c6b7477fbd7e9f90b1b0ef5f9c7ac25abca5382460e0d988c2b2a5b71b990,v0=6ffbb59b"
                )
            ],
            isTimed: true,
            deliveryID: "stripe:evt_test_webhook"
        ),
        Example(
            preset: "slack",
            secret: "8f742231b10e8888abcd99yyyzzz85a5",
            body: slackBody,
            headers: [
                ("X-Slack-Request-Timestamp", "1531420618"),
                ("X-Slack-Signature", "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"),
            ],
            seconds: 1_531_420_618,
            isTimed: true,
            deliveryID: "slack:1531420618.v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
        ),
        Example(
            preset: "shopify",
            secret: "hush",
            body: #"{"id":1}"#,
            headers: [
                ("X-Shopify-Hmac-Sha256", "VnKUjZsLuN5iZWjn5EntcBVCF9kMN43LglzCE1/GSeY="),
                ("X-Shopify-Webhook-Id", "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043"),
            ],
            deliveryID: "shopify:b54557e4-bdd9-4b37-8a5f-bf7d70bcd043"
        ),
        Example(
            preset: "twilio",
            secret: "12345",
            body: "Digits=1234&To=%2B18005551212&From=%2B14158675309&Caller=%2B14158675309&CallSid=CA1234567890ABCDE",
            url: "https://mycompany.com/myapp.php?foo=1&bar=2",
            headers: [("X-Twilio-Signature", "RSOYDt4T1cUTdK1PDd93/VVr8B8="), ("I-Twilio-Idempotency-Token", "i1")],
            deliveryID: "twilio:i1"
        ),
        Example(
            preset: "twilio",
            secret: "12345",
            body: #"{"property": "value", "boolean": true}"#,
            url: "https://mycompany.com/myapp.php?foo=1&bar=2&bodySHA256="
                + "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620",
            headers: [("X-Twilio-Signature", "a9nBmqA0ju/hNViExpshrM61xv4=")]
        ),
        Example(
            preset: "hmac",
            secret: "It's a Secret to Everybody",
            body: "Hello, World!",
            headers: [
                ("x-sig", "sha256=757107EA0EB2509FC211221CCE984B8A37570B6D7586C22C46F4379C8B043E17"), ("x-id", "7"),
            ],
            deliveryID: "hmac:7",
            hmac: ["header": "X-Sig", "prefix": "sha256=", "id_header": "X-Id"]
        ),
        Example(
            preset: "hmac",
            secret: "hush",
            body: #"{"id":1}"#,
            headers: [("x-signature", "VnKUjZsLuN5iZWjn5EntcBVCF9kMN43LglzCE1/GSeY=")],
            hmac: ["encoding": "base64"]
        ),
        Example(
            preset: "standard_webhooks",
            secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            body: #"{"test": 2432232314}"#,
            headers: [
                ("svix-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"), ("svix-timestamp", "1614265330"),
                ("svix-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
            ],
            seconds: 1_614_265_330,
            isTimed: true,
            deliveryID: "standard_webhooks:msg_p5jXN8AQM9LWM0D4loKWxJek"
        ),
        // A key of 31 bytes, whose padding is left out.
        Example(
            preset: "standard_webhooks",
            secret: "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHw",
            body: #"{"a":1}"#,
            headers: [
                ("webhook-id", "msg_7"), ("webhook-timestamp", "1700000000"),
                ("webhook-signature", "v1,J/Il9twp276BCT2hNjQX/AerDBCP1rbRDWiY2M74kV0="),
            ],
            isTimed: true,
            deliveryID: "standard_webhooks:msg_7"
        ),
        Example(
            preset: "twilio",
            secret: "12345",
            body: "Digits=1234&To=%2B18005551212&From=%2B14158675309&Caller=%2B14158675309&CallSid=CA1234567890ABCDE",
            url: "https://mycompany.com/myapp.php?foo=1&bar=2",
            headers: [
                ("X-Twilio-Signature", "033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s="),
                ("X-Twilio-Webhooks-Signature-Settings", "key=SK0123,algorithm=HMAC_SHA256"),
            ]
        ),
    ]

    private func verifier(_ example: Example, secrets: [String]? = nil) throws -> WebhookVerifier {
        let secrets: JSONValue = .array((secrets ?? [example.secret]).map { .string($0) })
        return try #require(
            try WebhookVerifier(config: ["auth": .string(example.preset), "secrets": secrets, "hmac": example.hmac])
        )
    }

    private func request(_ example: Example) -> SignedRequest {
        SignedRequest(body: Array(example.body.utf8), url: example.url, headers: example.headers)
    }

    @Test(arguments: examples) func takesTheDocumentedExample(_ example: Example) throws {
        let verified = try verifier(example).verify(request(example), now: Timestamp(seconds: example.seconds))
        #expect(verified.deliveryID == example.deliveryID)
        #expect(verified.challenge == nil)
    }

    @Test(arguments: examples) func takesEitherSecretWhileTheyChange(_ example: Example) throws {
        let other = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
        for secrets in [[other, example.secret], [example.secret, other]] {
            _ = try verifier(example, secrets: secrets).verify(
                request(example),
                now: Timestamp(seconds: example.seconds)
            )
        }
        #expect(throws: DashError.self) {
            try verifier(example, secrets: [other]).verify(request(example), now: Timestamp(seconds: example.seconds))
        }
    }

    @Test(arguments: examples) func refusesWhatWasChanged(_ example: Example) throws {
        let verifier = try verifier(example)
        let now = Timestamp(seconds: example.seconds)
        var changed = request(example)
        changed.body[changed.body.count - 1] ^= 1
        let error = #expect(throws: DashError.self) { try verifier.verify(changed, now: now) }
        #expect(error?.code == .unauthenticated)
        #expect(error?.message.contains(example.secret) == false)
        for index in example.headers.indices
        where !["id", "delivery", "token"].contains(where: example.headers[index].name.lowercased().contains) {
            var headers = example.headers
            headers[index].value = String(headers[index].value.dropLast(12)) + "000000000000"
            let changed = SignedRequest(body: Array(example.body.utf8), url: example.url, headers: headers)
            if headers[index].value.contains("v0=6ff") || headers[index].value.contains("v2") { continue }
            #expect(throws: DashError.self) { try verifier.verify(changed, now: now) }
        }
        let bare = SignedRequest(body: Array(example.body.utf8), url: example.url, headers: [])
        #expect(throws: DashError.self) { try verifier.precheck(bare) }
        #expect(throws: DashError.self) { try verifier.verify(bare, now: now) }
    }

    @Test(arguments: examples.filter(\.isTimed)) func refusesWrongClocksAndOldRequests(_ example: Example) throws {
        let verifier = try verifier(example)
        for drift in [Int64(-300), 0, 300] {
            _ = try verifier.verify(request(example), now: Timestamp(seconds: example.seconds + drift))
        }
        for (drift, word) in [(Int64(301), "old"), (86_400, "old"), (-301, "future")] {
            let error = #expect(throws: DashError.self) {
                try verifier.verify(request(example), now: Timestamp(seconds: example.seconds + drift))
            }
            #expect(error?.code == .unauthenticated)
            #expect(error?.message.contains(word) == true)
        }
    }

    @Test func slackIsAnsweredItsChallenge() throws {
        let secret = "s"
        let body = Array(#"{"token":"x","challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY","type":"url_verification"}"#.utf8)
        let code = MessageCode.sha256.code(of: [Array("v0:1700000000:".utf8), body], key: Array(secret.utf8))
        let signed = SignedRequest(
            body: body,
            headers: [
                ("x-slack-request-timestamp", "1700000000"), ("x-slack-signature", "v0=" + SignatureText.hex(code)),
            ]
        )
        let verifier = try #require(try WebhookVerifier(config: ["auth": "slack", "secrets": ["s"]]))
        let verified = try verifier.verify(signed, now: Timestamp(seconds: 1_700_000_000))
        #expect(verified.challenge == "3eZbrw1aBm2rZgRNFdxV2595E9CY")
        #expect(verified.deliveryID == nil)
    }

    @Test func twilioMayNameThePortOrNot() throws {
        let example = Self.examples[5]
        var signed = request(example)
        signed.url = "https://mycompany.com:443/myapp.php?foo=1&bar=2"
        _ = try verifier(example).verify(signed, now: .epoch)
        signed.url = "https://mycompany.com:8443/myapp.php?foo=1&bar=2"
        #expect(throws: DashError.self) { try verifier(example).verify(signed, now: .epoch) }
    }

    @Test(arguments: [
        ("gitlab", "X-Gitlab-Token", nil), ("telegram", "X-Telegram-Bot-Api-Secret-Token", "telegram:42"),
        ("header", "X-My-Key", nil),
    ]) func takesASecretInAHeader(preset: String, header: String, delivery: String?) throws {
        let config: JSONValue = ["auth": .string(preset), "secrets": ["fresh", "stale"], "header": "x-my-key"]
        let verifier = try #require(try WebhookVerifier(config: config))
        func request(_ value: String) -> SignedRequest {
            SignedRequest(body: Array(#"{"update_id":42}"#.utf8), headers: [(header, value)])
        }
        for secret in ["fresh", "stale"] {
            try verifier.precheck(request(secret))
            #expect(try verifier.verify(request(secret), now: .epoch).deliveryID == delivery)
        }
        for value in ["", "fres", "freshh", "Fresh", "fresh, stale"] {
            let error = #expect(throws: DashError.self) { try verifier.verify(request(value), now: .epoch) }
            #expect(error?.code == .unauthenticated)
            #expect(error?.message.contains("stale") == false)
        }
        let missing = #expect(throws: DashError.self) {
            try verifier.precheck(SignedRequest(body: [], headers: [("x-other", "fresh")]))
        }
        #expect(missing?.message.contains(header.lowercased()) == true)
    }

    @Test func asksForAHeaderThatCanBeOne() throws {
        for header in [JSONValue.null, "", "X Key", "x\n", "ü"] {
            let error = #expect(throws: DashError.self) {
                try WebhookVerifier(config: ["auth": "header", "secrets": ["s"], "header": header])
            }
            #expect(error?.issues.first?.pointer == "/header")
        }
    }

    @Test func base64MayComeWithoutItsPadding() {
        for (text, bytes) in [("AQ", [1]), ("AQ==", [1]), ("AQI", [1, 2]), ("AQI=", [1, 2]), ("AQID", [1, 2, 3])] {
            #expect(SignatureText.base64.bytes(text) == bytes.map { UInt8($0) })
        }
        for text in ["A", "AQ===", "A=Q=", "AQ==A", "?"] { #expect(SignatureText.base64.bytes(text) == nil) }
    }

    @Test func refusesSecretsThatAreNone() throws {
        #expect(throws: DashError.self) { try WebhookVerifier(config: ["auth": "github"]) }
        #expect(throws: DashError.self) { try WebhookVerifier(config: ["auth": "github", "secrets": []]) }
        let error = #expect(throws: DashError.self) {
            try WebhookVerifier(config: ["auth": "standard_webhooks", "secrets": ["whsec_?"]])
        }
        #expect(error?.issues.first?.pointer == "/secrets")
        for auth in ["bearer", "none"] {
            let verifier = try WebhookVerifier(config: ["auth": .string(auth)])
            #expect(verifier == nil)
        }
    }
}

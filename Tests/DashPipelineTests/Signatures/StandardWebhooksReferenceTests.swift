import DashJSON
import DashModel
import Foundation
import Testing

@testable import DashPipeline

/// Both ways against the reference library of Standard Webhooks, in Python: what it signs is taken here, and what is
/// signed here is taken there. `scripts/setup test` installs it.
@Suite(.enabled(if: Python.isThere, "the Python library standardwebhooks is not installed; run scripts/setup test"))
struct StandardWebhooksReferenceTests {
    private static let secrets = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"]

    private static let bodies = [
        #"{"test": 2432232314}"#, #"{"text":"Grüße, 世界 🌍"}"#, #"{"a":[1,2,3],"b":{"c":null}}"#, "[]",
        #"{"spaces":   "kept"}"# + "\n",
    ]

    @Test func takesWhatTheReferenceSigns() async throws {
        let script = """
            import json, sys
            from datetime import datetime, timezone
            from standardwebhooks import Webhook
            given = json.load(sys.stdin)
            at = datetime.fromtimestamp(given["at"], tz=timezone.utc)
            print(json.dumps([[Webhook(s).sign("msg_1", at, b) for b in given["bodies"]] for s in given["secrets"]]))
            """
        let now = SystemClock().now
        let seconds = now.microseconds / 1_000_000
        let answer = try await Python.run(script, input: input(seconds))
        let signatures = try #require(try JSONValue(parsing: answer).arrayValue)
        let verifier = try #require(
            try WebhookVerifier(
                config: ["auth": "standard_webhooks", "secrets": .array(Self.secrets.map { .string($0) })]
            )
        )
        for (row, secret) in zip(signatures, Self.secrets) {
            let alone = try StandardWebhooks(secrets: [secret])
            for (index, body) in Self.bodies.enumerated() {
                let signature = try #require(row.arrayValue?[index].stringValue)
                #expect(alone.signature(id: "msg_1", timestamp: seconds, body: Array(body.utf8)) == signature)
                let request = SignedRequest(
                    body: Array(body.utf8),
                    headers: [
                        ("webhook-id", "msg_1"), ("webhook-timestamp", "\(seconds)"), ("webhook-signature", signature),
                    ]
                )
                #expect(try verifier.verify(request, now: now).deliveryID == "standard_webhooks:msg_1")
            }
        }
    }

    @Test func theReferenceTakesWhatIsSignedHere() async throws {
        let seconds = SystemClock().now.microseconds / 1_000_000
        // Both secrets at once, as while one is changed: a receiver with either takes it.
        let ours = try StandardWebhooks(secrets: Self.secrets)
        let signed = Self.bodies.map { body in
            JSONValue.string(ours.signature(id: "msg_2", timestamp: seconds, body: Array(body.utf8)))
        }
        let script = """
            import json, sys
            from standardwebhooks import Webhook, WebhookVerificationError
            given = json.load(sys.stdin)
            for secret in given["secrets"]:
                for body, signature in zip(given["bodies"], given["signatures"]):
                    headers = {"webhook-id": "msg_2", "webhook-timestamp": str(given["at"]), "webhook-signature": signature}
                    Webhook(secret).verify(body, headers)
                    try:
                        Webhook(secret).verify(body + " ", headers)
                        sys.exit("a changed body was taken")
                    except WebhookVerificationError:
                        pass
            print("fine")
            """
        let answer = try await Python.run(script, input: input(seconds, JSONObject([("signatures", .array(signed))])))
        #expect(answer == "fine\n")
    }

    private func input(_ seconds: Int64, _ more: JSONObject = JSONObject()) -> [UInt8] {
        let object = JSONObject([
            ("at", .number(JSONNumber(seconds))), ("bodies", .array(Self.bodies.map { .string($0) })),
            ("secrets", .array(Self.secrets.map { .string($0) })),
        ])
        return JSONValue.object(object.merging(more)).encoded()
    }
}

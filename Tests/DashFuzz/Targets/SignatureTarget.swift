import DashJSON
import DashModel
import DashPipeline

/// Signed posts of every preset.
struct SignatureTarget: FuzzTarget {
    let name = "signatures"

    private static let headers = [
        "webhook-id", "webhook-timestamp", "webhook-signature", "svix-id", "svix-timestamp", "svix-signature",
        "x-hub-signature-256",
        "stripe-signature", "x-slack-signature", "x-slack-request-timestamp", "x-shopify-hmac-sha256",
        "x-twilio-signature", "x-signature",
        "content-type",
    ]

    func run(_ input: inout FuzzInput) {
        let secret = input.pick(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "s", input.text(), "whsec_"])
        let config: JSONValue = [
            "auth": .string(input.pick(WebhookVerifier.presets)), "secrets": [.string(secret)],
            "hmac": [
                "header": "x-signature", "encoding": .string(input.pick(["hex", "base64", ""])), "prefix": "sha256=",
            ],
        ]
        guard let verifier = try? WebhookVerifier(config: config) else { return }
        let headers = Self.headers.filter { _ in input.isOne(in: 2) }.map { name in (name: name, value: value(&input)) }
        let body = Array(Bodies.any(&input).utf8)
        let request = SignedRequest(body: body, url: "https://dash.example/ingest/" + input.text(), headers: headers)
        _ = input.note(headers)
        let now = input.pick([Timestamp(seconds: 1_790_000_000), .epoch, Timestamp(microseconds: .max)])
        try? verifier.precheck(request)
        _ = try? verifier.verify(request, now: now)
    }

    private func value(_ input: inout FuzzInput) -> String {
        let pair =
            input.pick(["t=", "v1=", "v1,", "v0=", "sha256=", ""]) + input.pick([input.numberText(), input.text()])
        return input.pick([pair, pair + "," + pair, input.numberText(), "t=\(input.numberText()),v1=00ff"])
    }
}

import DashJSON
import DashModel
import DashPipeline
import DashStorage
import NIOHTTP1

/// Posts each delivery to an address. `webhook-id` and `Idempotency-Key` carry the delivery's id, the same at each try,
/// so that the receiver can drop repeats; with a secret, the body is signed as Standard Webhooks has it.
struct WebhookSink: Sink {
    static func kind(http: OutboundHTTP, clock: any WallClock) -> SinkKind {
        SinkKind(
            name: "webhook",
            title: "Webhook",
            summary: "Posts the records to an address as JSON, or as a message to Slack or Discord.",
            fields: [
                ConfigField(
                    "url",
                    .url,
                    required: true,
                    label: "URL",
                    help: "Keys in its path and query are write-only, as in the addresses of Slack and Discord."
                ),
                ConfigField("headers", .headers, help: "All but harmless ones such as Accept are write-only."),
                HTTPAuthorization.field,
                ConfigField(
                    "format",
                    .choice(["array", "ndjson", "slack", "discord"]),
                    default: "array",
                    help: "array: one JSON array a request. ndjson: one record a line. slack, discord: a message."
                ),
                ConfigField(
                    "template",
                    .text,
                    help: "A record's line in a message to Slack or Discord: {{sensor}} is at {{reading.value}}."
                ),
                ConfigField(
                    "signing_secret",
                    .string,
                    secret: true,
                    label: "signing secret",
                    help: "whsec_ and base64 of 24 to 64 bytes: requests are signed by it (Standard Webhooks)."
                ),
                ConfigField(
                    "previous_signing_secret",
                    .string,
                    secret: true,
                    label: "previous signing secret",
                    help: "Signs as well, while receivers change to the new one."
                ),
                ConfigField("timeout_seconds", .integer(1...300), default: 10),
            ],
            make: { try WebhookSink($0, http: http, clock: clock) }
        )
    }

    private let config: JSONValue
    private let body: WebhookBody
    private let signature: WebhookSignature
    private let http: OutboundHTTP
    private let clock: any WallClock

    init(_ values: JSONValue, http: OutboundHTTP, clock: any WallClock) throws {
        var config = SinkConfig(values)
        for name in ["signing_secret", "previous_signing_secret"] where !config.text(name).isEmpty {
            guard WebhookSignature(secrets: [config.text(name)]) == nil else { continue }
            config.report(name, "must be whsec_ and base64 of 24 to 64 bytes")
        }
        let secrets = [config.text("signing_secret"), config.text("previous_signing_secret")].filter { !$0.isEmpty }
        try config.check()
        guard let signature = WebhookSignature(secrets: secrets) else {
            throw DashError(.invalid, "The signing secret can't be read.")
        }
        self.signature = signature
        self.config = values
        body = WebhookBody(format: config.text("format"), template: config.secret("template"))
        self.http = http
        self.clock = clock
    }

    func send(_ delivery: Delivery) async throws {
        var request = outbound(id: delivery.id.text, contentType: body.contentType, try body.bytes(of: delivery))
        request.origin = EgressOrigin(delivery)
        let response = try await http.send(request)
        let what = Self.answer(response)
        switch response.status.code {
        case 200...299: return
        case 408, 425, 429, 500...599:
            throw DashError(
                .unavailable,
                "\(what).",
                retryAfter: response.retryAfter(now: clock.now)
            )
        case 301...308:
            throw DashError(.invalid, "\(what): a redirect, which deliveries do not follow. Set the URL it leads to.")
        default: throw DashError(.invalid, "\(what) and so refused the delivery.")
        }
    }

    private static func answer(_ response: OutboundResponse) -> String {
        let who = response.server.map { "The receiver \($0)" } ?? "The receiver"
        return "\(who) answered \(response.status.code)\(AnswerExcerpt.of(response))"
    }

    /// Asks for the head of the address. Receivers of webhooks rarely answer that with success, so any answer will do but
    /// one that says who is asking is not welcome.
    func test(for origin: EgressOrigin) async throws {
        var request = outbound(id: "test", contentType: body.contentType, [])
        request.method = .HEAD
        request.origin = origin
        let response = try await http.send(request)
        switch response.status.code {
        case 401, 403, 407: throw DashError(.forbidden, "\(Self.answer(response)).")
        case 500...599 where response.status.code != 501: throw DashError(.unavailable, "\(Self.answer(response)).")
        default: return
        }
    }

    private func outbound(id: String, contentType: String, _ bytes: [UInt8]) -> OutboundRequest {
        var request = OutboundRequest(
            method: .POST,
            url: config["url"]?.stringValue ?? "",
            body: bytes,
            timeoutSeconds: config["timeout_seconds"]?.intValue ?? 10,
            maxResponseBytes: 1 << 20
        )
        request.headers.add(name: "content-type", value: contentType)
        for member in config["headers"]?.objectValue?.members ?? [] {
            request.headers.replaceOrAdd(name: member.key, value: member.value.stringValue ?? "")
        }
        // The time of this try: receivers refuse old ones, however long the delivery has waited.
        let seconds = clock.now.microseconds / 1_000_000
        request.headers.replaceOrAdd(name: "webhook-id", value: id)
        request.headers.replaceOrAdd(name: "idempotency-key", value: id)
        request.headers.replaceOrAdd(name: "webhook-timestamp", value: String(seconds))
        if !signature.isEmpty {
            let value = signature.header(id: id, seconds: seconds, body: bytes)
            request.headers.replaceOrAdd(name: "webhook-signature", value: value)
        }
        HTTPAuthorization.apply(config["auth"], to: &request)
        return request
    }
}

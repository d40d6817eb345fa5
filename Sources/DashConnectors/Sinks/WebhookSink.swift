import DashJSON
import DashModel
import DashPipeline
import DashStorage
import NIOHTTP1

/// Posts each delivery to an address. `webhook-id` and `Idempotency-Key` carry the delivery's id, the same at each try,
/// so that the receiver can drop repeats.
struct WebhookSink: Sink {
    static func kind(http: OutboundHTTP, clock: any WallClock) -> SinkKind {
        SinkKind(
            name: "webhook",
            title: "Webhook",
            summary: "Posts the records to an address as JSON.",
            fields: [
                ConfigField("url", .url, required: true, label: "URL"),
                ConfigField("headers", .dictionary, help: "Put keys under authorization, where they are kept secret."),
                HTTPAuthorization.field,
                ConfigField(
                    "format",
                    .choice(["array", "ndjson"]),
                    default: "array",
                    help: "array: one JSON array a request. ndjson: one record a line."
                ),
                ConfigField("timeout_seconds", .integer(1...300), default: 10),
            ],
            make: { WebhookSink(config: $0, http: http, clock: clock) }
        )
    }

    let config: JSONValue
    let http: OutboundHTTP
    let clock: any WallClock

    func send(_ delivery: Delivery) async throws {
        let response = try await http.send(outbound(delivery))
        switch response.status.code {
        case 200...299: return
        case 408, 425, 429, 500...599:
            throw DashError(
                .unavailable,
                "The receiver answered \(response.status.code).",
                retryAfter: response.retryAfter(now: clock.now)
            )
        default: throw DashError(.invalid, "The receiver refused the delivery with \(response.status.code).")
        }
    }

    private func outbound(_ delivery: Delivery) -> OutboundRequest {
        var request = OutboundRequest(
            method: .POST,
            url: config["url"]?.stringValue ?? "",
            timeoutSeconds: config["timeout_seconds"]?.intValue ?? 10,
            maxResponseBytes: 1 << 20
        )
        let isLines = config["format"]?.stringValue == "ndjson"
        request.headers.add(name: "content-type", value: isLines ? "application/x-ndjson" : "application/json")
        for member in config["headers"]?.objectValue?.members ?? [] {
            request.headers.replaceOrAdd(name: member.key, value: member.value.stringValue ?? "")
        }
        request.headers.replaceOrAdd(name: "webhook-id", value: delivery.id.text)
        request.headers.replaceOrAdd(name: "idempotency-key", value: delivery.id.text)
        request.headers.replaceOrAdd(
            name: "webhook-timestamp",
            value: String(delivery.receivedAt.microseconds / 1_000_000)
        )
        request.body = isLines ? delivery.records.lines : delivery.records.array
        HTTPAuthorization.apply(config["auth"], to: &request)
        return request
    }
}

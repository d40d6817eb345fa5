import DashJSON
import DashModel
import DashPipeline
import NIOHTTP1

/// Polls an HTTP address: method, headers, query, body and credentials as configured; the answer's bytes go on as they
/// came.
struct HTTPSource: Source {
    static let maxBytes = 10 << 20

    static func kind(http: OutboundHTTP, clock: any WallClock) -> SourceKind {
        SourceKind(
            name: "http",
            title: "HTTP address",
            summary: "Asks an API for JSON again and again.",
            pipelineType: "polling",
            fields: [
                ConfigField("url", .url, required: true, label: "URL", help: "The address that answers with JSON."),
                ConfigField("method", .choice(["GET", "POST", "PUT"]), default: "GET"),
                ConfigField("headers", .dictionary, help: "Put keys under authorization, where they are kept secret."),
                ConfigField("query", .dictionary, help: "Parameters that are added to the URL."),
                ConfigField("body", .text, help: "Sent with POST and PUT."),
                HTTPAuthorization.field,
                ConfigField(
                    "records",
                    .jsonPath,
                    label: "records",
                    help: "Where the records are in the answer, as JSONPath: $.items[*]. Empty: the whole answer."
                ),
                ConfigField("timeout_seconds", .integer(1...300), default: 10),
            ],
            make: { HTTPSource(config: $0, http: http, clock: clock) }
        )
    }

    let config: JSONValue
    let http: OutboundHTTP
    let clock: any WallClock

    func fetch(_ request: FetchRequest) async throws -> FetchedBody {
        let response = try await http.send(outbound())
        switch response.status.code {
        case 200...299:
            let path = config["records"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
            return FetchedBody(bytes: response.body, recordsPath: path)
        case 401, 403:
            throw DashError(.forbidden, "The source answered \(response.status.code): check the authorization.")
        case 429:
            throw DashError(
                .rateLimited,
                "The source answered 429: it is asked too often.",
                retryAfter: response.retryAfter(now: clock.now)
            )
        case 500...599:
            throw DashError(
                .unavailable,
                "The source answered \(response.status.code).",
                retryAfter: response.retryAfter(now: clock.now)
            )
        default: throw DashError(.invalid, "The source answered \(response.status.code).")
        }
    }

    private func outbound() -> OutboundRequest {
        var request = OutboundRequest(
            method: HTTPMethod(rawValue: config["method"]?.stringValue ?? "GET"),
            url: config["url"]?.stringValue ?? "",
            timeoutSeconds: config["timeout_seconds"]?.intValue ?? 10,
            maxResponseBytes: Self.maxBytes,
            maxRedirects: 5
        )
        request.headers.add(name: "accept", value: "application/json, application/x-ndjson;q=0.9, */*;q=0.5")
        for member in config["headers"]?.objectValue?.members ?? [] {
            request.headers.replaceOrAdd(name: member.key, value: member.value.stringValue ?? "")
        }
        let query = (config["query"]?.objectValue?.members ?? []).map {
            (name: $0.key, value: $0.value.stringValue ?? "")
        }
        request.url = HTTPQuery.adding(query, to: request.url)
        if request.method != .GET, let body = config["body"]?.stringValue, !body.isEmpty {
            request.body = Array(body.utf8)
            if !request.headers.contains(name: "content-type") {
                request.headers.add(name: "content-type", value: "application/json")
            }
        }
        HTTPAuthorization.apply(config["auth"], to: &request)
        return request
    }
}

import DashJSON
import DashMapping
import DashModel
import DashPipeline
import NIOHTTP1

/// Polls an HTTP address: method, headers, query, body and credentials as configured; pages, and only what is new, if the
/// config says how.
struct HTTPSource: Source {
    static func kind(http: any HTTPTransport, clock: any WallClock) -> SourceKind {
        let sender = AuthorizedHTTP(http, clock: clock)
        return SourceKind(
            name: "http",
            title: "HTTP address",
            summary: "Asks an API for records again and again.",
            pipelineType: "polling",
            fields: [
                ConfigField("url", .url, required: true, label: "URL", help: "The address that answers with records."),
                ConfigField("method", .choice(["GET", "POST", "PUT"]), default: "GET"),
                ConfigField("headers", .dictionary, help: "Put keys under authorization, where they are kept secret."),
                ConfigField("query", .dictionary, help: "Parameters that are added to the URL."),
                ConfigField("body", .text, help: "Sent with POST and PUT."),
                HTTPAuthorization.sourceField,
                ConfigField(
                    "format",
                    .choice(["auto", "json", "ndjson", "csv", "xml"]),
                    default: "auto",
                    help: "auto: as the answer's content type says. xml: RSS and Atom too."
                ),
                ConfigField(
                    "records",
                    .jsonPath,
                    label: "records",
                    help: "Where the records are in the answer, as JSONPath: $.items[*]. Empty: the whole answer, or a "
                        + "feed's entries."
                ),
                Pagination.field,
                IncrementalSettings.field,
                ConfigField("timeout_seconds", .integer(1...300), default: 10),
            ] + BodyFields.all + ScanLimits.fields,
            make: { try HTTPSource(config: $0, http: sender, clock: clock) }
        )
    }

    private let config: JSONValue
    private let http: AuthorizedHTTP
    private let clock: any WallClock
    private let path: JSONPath?
    private let pagination: Pagination
    private let incremental: IncrementalSettings?

    /// Throws `DashError` `.invalid` with an issue for each setting that is missing.
    init(config: JSONValue, http: AuthorizedHTTP, clock: any WallClock) throws {
        self.config = config
        self.http = http
        self.clock = clock
        try HTTPAuthorization.check(config["auth"])
        try BodyFields.check(config)
        path = try config["records"]?.stringValue.flatMap { $0.isEmpty ? nil : try JSONPath($0) }
        pagination = try Pagination(config["pagination"])
        incremental = try IncrementalSettings(config["incremental"])
    }

    func fetch(_ request: FetchRequest) async throws -> FetchedBody {
        let origin = EgressOrigin(request)
        guard pagination.kind != .none || incremental != nil else { return try await whole(request, origin) }
        let scan = PageScan(
            limits: ScanLimits(config),
            settings: incremental,
            clock: clock,
            isConditional: pagination.kind == .none
        ) { position, cursor in
            try await page(at: position, cursor, origin)
        }
        let (lines, cursor, unreadable) = try await scan.run(from: request.cursor)
        var body = FetchedBody(bytes: lines, recordsPath: "$", framing: .lines, cursor: cursor.json)
        body.unreadable = unreadable
        return body
    }

    /// The answer as it came, when there is only one and all of it counts.
    private func whole(_ request: FetchRequest, _ origin: EgressOrigin) async throws -> FetchedBody {
        var cursor = SourceCursor(saved: request.cursor, settings: nil)
        var outbound = base(origin)
        cursor.makeConditional(&outbound)
        let response = try await http.send(outbound, auth: config["auth"])
        if response.status == .notModified {
            return FetchedBody(bytes: Array("[]".utf8), recordsPath: "$", framing: .json, cursor: request.cursor)
        }
        if let problem = ResponseProblem.of(response, now: clock.now) { throw problem }
        cursor.note(response)
        let saved = cursor.json
        return FetchedBody(
            bytes: response.body,
            recordsPath: path?.text,
            form: form(response),
            cursor: saved == .object([:]) && request.cursor == nil ? nil : saved
        )
    }

    private func page(
        at position: PagePosition?,
        _ cursor: SourceCursor,
        _ origin: EgressOrigin
    ) async throws -> PageScan.Page {
        var outbound = base(origin)
        if let incremental, !cursor.from.isMissing {
            outbound.url = HTTPQuery.replacing([(incremental.param, cursor.from.text)], in: outbound.url)
        }
        outbound = try pagination.request(outbound, at: position)
        if pagination.kind == .none { cursor.makeConditional(&outbound) }
        let response = try await http.send(outbound, auth: config["auth"])
        if response.status == .notModified { return PageScan.Page(response: response, records: try empty(), next: nil) }
        if let problem = ResponseProblem.of(response, now: clock.now) { throw problem }
        let records = try decoded(response)
        let next = pagination.next(
            after: position,
            response: response,
            document: records.document,
            count: records.roots.count
        )
        return PageScan.Page(response: response, records: records, next: next)
    }

    private func decoded(_ response: OutboundResponse) throws -> DecodedRecords {
        if response.body.isEmpty { return try empty() }
        do throws(RecordsDecoder.Failure) {
            return try RecordsDecoder(form(response), path: path).decode(response.body)
        } catch {
            throw DashError(.invalid, "The source's answer can't be read: \(error).")
        }
    }

    private func empty() throws -> DecodedRecords { try RecordsDecoder(framing: .json).decode(Array("[]".utf8)) }

    /// What the answer says of itself, unless the config says otherwise.
    private func form(_ response: OutboundResponse) -> BodyForm {
        var form = response.headers.first(name: "content-type").map { BodyForm(contentType: $0) } ?? BodyForm()
        switch config["format"]?.stringValue {
        case "json": form.framing = .json
        case "ndjson": form.framing = .lines
        case "csv": form.framing = .csv
        case "xml": form.framing = .xml
        default: break
        }
        return form.settled(by: config)
    }

    private func base(_ origin: EgressOrigin) -> OutboundRequest {
        var request = OutboundRequest(
            method: HTTPMethod(rawValue: config["method"]?.stringValue ?? "GET"),
            url: config["url"]?.stringValue ?? "",
            timeoutSeconds: config["timeout_seconds"]?.intValue ?? 10,
            maxResponseBytes: ScanLimits.maxBytes,
            maxRedirects: 5,
            origin: origin
        )
        request.headers.add(
            name: "accept",
            value: "application/json, application/x-ndjson;q=0.9, text/csv;q=0.8, application/xml;q=0.8, */*;q=0.5"
        )
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
        return request
    }
}

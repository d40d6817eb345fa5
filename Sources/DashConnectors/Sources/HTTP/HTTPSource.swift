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
                ConfigField("headers", .headers, help: "All but harmless ones such as Accept are write-only."),
                ConfigField(
                    "query",
                    .parameters,
                    help:
                        "Parameters that are added to the URL; write-only where their names say key, token or the like."
                ),
                ConfigField("body", .body, help: "Sent with POST and PUT."),
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
    private let settings: SourceSettings

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
        settings = SourceSettings(
            kind: "http",
            config: config,
            records: ["url", "query", "method", "body", "records"],
            request: ["pagination", "headers", "format"]
        )
    }

    func fetch(_ request: FetchRequest) async throws -> FetchedBody {
        let origin = EgressOrigin(request)
        guard pagination.kind != .none || incremental != nil else { return try await whole(request, origin) }
        let scan = PageScan(
            limits: ScanLimits(config),
            settings: settings,
            incremental: incremental,
            clock: clock,
            isConditional: pagination.kind == .none
        ) { position, cursor in
            try await page(at: position, cursor, origin)
        }
        let outcome = try await scan.run(from: request.cursor)
        var body = FetchedBody(bytes: outcome.lines, recordsPath: "$", framing: .lines, cursor: outcome.cursor.json)
        body.unreadable = outcome.unreadable
        return body
    }

    /// The answer as it came, when there is only one and all of it counts.
    private func whole(_ request: FetchRequest, _ origin: EgressOrigin) async throws -> FetchedBody {
        var cursor = SourceCursor(saved: request.cursor, settings: settings, incremental: nil)
        var outbound = base(origin)
        cursor.makeConditional(&outbound)
        let answer = try await SourceAnswer.of(outbound, http, config["auth"], clock)
        guard case .body(let response) = answer else {
            if case .nothing(let response) = answer { cursor.note(response) }
            return FetchedBody(
                bytes: Array("[]".utf8),
                recordsPath: "$",
                framing: .json,
                cursor: saved(cursor, request)
            )
        }
        cursor.note(response)
        var body = FetchedBody(
            bytes: response.body,
            recordsPath: path?.text,
            form: try form(response),
            cursor: saved(cursor, request)
        )
        body.answer = { AnswerExcerpt.named(response) }
        return body
    }

    /// Something, if there was something: what was saved before must not stand.
    private func saved(_ cursor: SourceCursor, _ request: FetchRequest) -> JSONValue? {
        cursor.json ?? (request.cursor == nil ? nil : .object([:]))
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
        let answer = try await SourceAnswer.of(outbound, http, config["auth"], clock)
        guard case .body(let response) = answer else {
            // Without a body, a header may still name a next page.
            let next = pagination.next(after: position, response: answer.response, document: nil, count: 0)
            return PageScan.Page(response: answer.response, records: try Self.empty(), next: next)
        }
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
        let form = try form(response)
        do throws(RecordsDecoder.Failure) {
            return try RecordsDecoder(form, path: path).decode(response.body)
        } catch {
            throw DashError(.invalid, "\(AnswerExcerpt.named(response)) can't be read: \(error).")
        }
    }

    private static func empty() throws -> DecodedRecords {
        try RecordsDecoder(framing: .json).decode(Array("[]".utf8))
    }

    /// What the answer says of itself, unless the config says otherwise. Throws `DashError` `.invalid` for a page for people.
    private func form(_ response: OutboundResponse) throws -> BodyForm {
        var form = response.headers.first(name: "content-type").map { BodyForm(contentType: $0) } ?? BodyForm()
        let format = config["format"]?.stringValue
        switch format {
        case "json": form.framing = .json
        case "ndjson": form.framing = .lines
        case "csv": form.framing = .csv
        case "xml": form.framing = .xml
        default: break
        }
        if !["ndjson", "csv", "xml"].contains(format), AnswerExcerpt.isWebPage(response) {
            throw DashError(
                .invalid,
                "\(response.server?.description ?? "The source") answered \(response.status.code) with a web page instead of "
                    + "records\(AnswerExcerpt.of(response)). Check the URL and the authorization."
            )
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

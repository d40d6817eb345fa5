import DashJSON
import DashMapping
import DashModel
import DashPipeline
import NIOHTTP1

/// Polls a GraphQL API with a query and variables; follows a Relay connection page by page.
struct GraphQLSource: Source {
    static func kind(http: any HTTPTransport, clock: any WallClock) -> SourceKind {
        let sender = AuthorizedHTTP(http, clock: clock)
        return SourceKind(
            name: "graphql",
            title: "GraphQL API",
            summary: "Asks a GraphQL API again and again.",
            pipelineType: "polling",
            fields: [
                ConfigField("url", .url, required: true, label: "URL", help: "The address of the API."),
                ConfigField("query", .text, required: true, help: "The query, with its variables declared."),
                ConfigField("variables", .json, help: "Their values, as a JSON object."),
                ConfigField("headers", .headers, help: "All but harmless ones such as Accept are write-only."),
                HTTPAuthorization.sourceField,
                ConfigField(
                    "records",
                    .jsonPath,
                    help: "Where the records are in the answer: $.data.users[*]. Empty: what the query's field gives."
                ),
                ConfigField(
                    "errors",
                    .choice(["fail", "partial"]),
                    default: "fail",
                    help: "fail: an answer with errors is a failed poll. partial: the data beside them is taken."
                ),
                RelayPages.field,
                IncrementalSettings.variableField,
                ConfigField("timeout_seconds", .integer(1...300), default: 10),
            ] + ScanLimits.fields,
            make: { try GraphQLSource(config: $0, http: sender, clock: clock) }
        )
    }

    private static let usualPath = "$.data.*"

    private let config: JSONValue
    private let http: AuthorizedHTTP
    private let clock: any WallClock
    private let path: JSONPath
    private let pages: RelayPages?
    private let incremental: IncrementalSettings?
    private let settings: SourceSettings
    private let variables: JSONObject

    /// Throws `DashError` `.invalid` with an issue for each setting that is missing.
    init(config: JSONValue, http: AuthorizedHTTP, clock: any WallClock) throws {
        self.config = config
        self.http = http
        self.clock = clock
        try HTTPAuthorization.check(config["auth"])
        let given = config["records"]?.stringValue ?? ""
        path = try JSONPath(given.isEmpty ? Self.usualPath : given)
        pages = try RelayPages(config["pagination"])
        incremental = try IncrementalSettings(config["incremental"])
        settings = SourceSettings(
            kind: "graphql",
            config: config,
            records: ["url", "query", "variables", "records"],
            request: ["pagination", "headers"]
        )
        switch config["variables"] {
        case nil, .null?: variables = JSONObject()
        case .object(let object)?: variables = object
        default:
            let issue = DashError.Issue(pointer: "/variables", message: "must be a JSON object")
            throw DashError(.invalid, "the variables can't be used", issues: [issue])
        }
    }

    func fetch(_ request: FetchRequest) async throws -> FetchedBody {
        let origin = EgressOrigin(request)
        let scan = PageScan(
            limits: ScanLimits(config),
            settings: settings,
            incremental: incremental,
            clock: clock,
            isConditional: false
        ) { position, cursor in try await page(at: position, cursor, origin) }
        let outcome = try await scan.run(from: request.cursor)
        let isKept = pages != nil || incremental != nil
        return FetchedBody(
            bytes: outcome.lines,
            recordsPath: "$",
            framing: .lines,
            cursor: isKept ? outcome.cursor.json : request.cursor
        )
    }

    private func page(
        at position: PagePosition?,
        _ cursor: SourceCursor,
        _ origin: EgressOrigin
    ) async throws -> PageScan.Page {
        let response = try await http.send(outbound(position, cursor, origin), auth: config["auth"])
        if SourceAnswer.isNothing(response) {
            let none = DecodedRecords(document: try JSONDocument(parsing: Array("[]".utf8)), roots: [])
            return PageScan.Page(response: response, records: none, next: nil)
        }
        let document = try? RecordsDecoder(framing: .json).document(parsing: response.body)
        // Some servers answer a query's errors with 400, and tell more in the body than by the status.
        if let document, response.status.code < 429, document.roots.first.map({ document.view($0)["errors"] }) != nil,
            ![401, 403].contains(response.status.code),
            let problem = GraphQLAnswer.problem(
                of: document,
                in: response,
                takesPartial: config["errors"]?.stringValue == "partial"
            )
        {
            throw problem
        }
        if let problem = ResponseProblem.of(response, now: clock.now) { throw problem }
        guard let document else {
            throw DashError(
                .invalid,
                "\(response.server?.description ?? "The source") answered \(response.status.code) without JSON"
                    + "\(AnswerExcerpt.of(response)); is it a GraphQL address?"
            )
        }
        let records = DecodedRecords(document: document, roots: try roots(in: document))
        return PageScan.Page(response: response, records: records, next: pages?.next(in: document))
    }

    private func roots(in document: JSONDocument) throws -> [Int] {
        if let pages, (config["records"]?.stringValue ?? "").isEmpty { return pages.records(in: document) }
        guard let root = document.roots.first else { return [] }
        do throws(JSONPathError) {
            let found = try path.nodes(in: document, from: root)
            // A list that stands alone is replaced by its elements.
            guard found.count == 1, document.nodes[found[0]].kind == .array else {
                return found.filter { document.nodes[$0].kind != .null }
            }
            return document.view(found[0]).elements.map(\.node)
        } catch {
            throw DashError(.invalid, "The records path can't be followed: \(error).")
        }
    }

    private func outbound(
        _ position: PagePosition?,
        _ cursor: SourceCursor,
        _ origin: EgressOrigin
    ) throws -> OutboundRequest {
        var request = OutboundRequest(
            method: .POST,
            url: config["url"]?.stringValue ?? "",
            timeoutSeconds: config["timeout_seconds"]?.intValue ?? 10,
            maxResponseBytes: ScanLimits.maxBytes,
            origin: origin
        )
        request.headers.add(name: "accept", value: "application/graphql-response+json, application/json;q=0.9")
        for member in config["headers"]?.objectValue?.members ?? [] {
            request.headers.replaceOrAdd(name: member.key, value: member.value.stringValue ?? "")
        }
        request.headers.replaceOrAdd(name: "content-type", value: "application/json")
        var variables = variables
        if let incremental, !cursor.from.isMissing { variables[incremental.param] = .string(cursor.from.text) }
        if let pages {
            if let position { variables[pages.variable] = .string(position.token) }
            if let size = pages.size { variables[pages.sizeVariable] = .number(JSONNumber(size)) }
        }
        let query = JSONValue.string(config["query"]?.stringValue ?? "")
        request.body = JSONValue.object(JSONObject([("query", query), ("variables", .object(variables))])).encoded()
        return request
    }
}

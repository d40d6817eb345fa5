import DashJSON
import DashMapping
import DashModel
import DashPipeline
import NIOHTTP1

/// How an API splits its records over several answers.
struct Pagination: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        case none
        /// Pages by number.
        case page
        /// Pages by how many records are in front of them.
        case offset
        /// The answer's body has the next page's token.
        case cursor
        /// A header of the answer has it.
        case header
        /// The body, or a header, has the next page's address.
        case nextURL = "next_url"
        /// `Link: <…>; rel="next"`.
        case link
    }

    static let field = ConfigField(
        "pagination",
        .group([
            ConfigField(
                "kind",
                .choice(Kind.allCases.map { .init($0.rawValue) }),
                default: "none",
                help:
                    "page, offset: by number. cursor: the body has the next page's token. header: a header has it. "
                    + "next_url: the body, or a header, has its address. link: Link headers with rel=next."
            ),
            ConfigField("param", .string, help: "The query parameter of the page, offset or token."),
            ConfigField("size_param", .string, help: "The query parameter of a page's size, if there is one."),
            ConfigField("size", .integer(1...10_000), help: "Records a page. A shorter page is the last one."),
            ConfigField("start", .integer(0...1_000_000), help: "The first page's number; 1 if empty."),
            ConfigField("next", .jsonPath, help: "Where the body has the next token or address: $.meta.next"),
            ConfigField("header", .string, help: "The header that has the next token or address."),
            ConfigField("more", .jsonPath, help: "Where the body says whether there is more: $.has_more"),
        ]),
        help: "How the source splits its records over several answers."
    )

    let kind: Kind
    private let param: String
    private let sizeParam: String?
    private let size: Int?
    private let start: Int
    private let next: JSONPath?
    private let header: String
    private let more: JSONPath?

    /// Throws `DashError` `.invalid` with what the chosen kind lacks.
    init(_ config: JSONValue?) throws {
        func text(_ name: String) -> String? { config?[name]?.stringValue.flatMap { $0.isEmpty ? nil : $0 } }
        kind = text("kind").flatMap(Kind.init(rawValue:)) ?? .none
        let usual: String =
            switch kind {
            case .page: "page"
            case .offset: "offset"
            default: ""
            }
        param = text("param") ?? usual
        sizeParam = text("size_param")
        size = config?["size"]?.intValue
        start = config?["start"]?.intValue ?? (kind == .page ? 1 : 0)
        next = try text("next").map { try JSONPath($0) }
        header = text("header") ?? ""
        more = try text("more").map { try JSONPath($0) }
        if kind == .cursor, next == nil { throw Self.missing("next", "must say where the body has the next token") }
        if kind == .header, header.isEmpty { throw Self.missing("header", "must name the header with the next token") }
        if kind == .nextURL, next == nil, header.isEmpty {
            throw Self.missing("next", "must say where the body has the next address, or header which header has it")
        }
    }

    /// The request for a position; the first page is asked without one.
    func request(_ base: OutboundRequest, at position: PagePosition?) throws -> OutboundRequest {
        var request = base
        var query: [(name: String, value: String)] = []
        if let sizeParam, let size { query.append((sizeParam, "\(size)")) }
        switch (kind, position) {
        case (.page, _), (.offset, _): query.append((param, "\(position?.number ?? start)"))
        case (.nextURL, let position?), (.link, let position?): return try Self.following(position, base)
        case (.cursor, let position?), (.header, let position?):
            // Before `next_url` there was this kind for addresses too, which need no parameter.
            if param.isEmpty, Self.isWhole(position.token) { return try Self.following(position, base) }
            query.append((param.isEmpty ? "cursor" : param, position.token))
        default: break
        }
        request.url = HTTPQuery.replacing(query, in: request.url)
        return request
    }

    /// Where the next page is; nil behind the last one.
    func next(
        after position: PagePosition?,
        response: OutboundResponse,
        document: JSONDocument?,
        count: Int
    ) -> PagePosition? {
        if let more, let document, Self.value(more, document)?.boolValue == false { return nil }
        switch kind {
        case .none: return nil
        case .page:
            guard count > 0, count >= size ?? 1 else { return nil }
            return PagePosition(number: (position?.number ?? start) + 1)
        case .offset:
            guard count > 0, count >= size ?? 1 else { return nil }
            return PagePosition(number: (position?.number ?? start) + count)
        case .cursor: return token(in: document)
        case .header: return token(in: response.headers)
        case .nextURL: return next == nil ? token(in: response.headers) : token(in: document)
        case .link:
            return LinkHeader.target("next", in: response.headers["link"]).map { PagePosition(token: $0) }
        }
    }

    private func token(in document: JSONDocument?) -> PagePosition? {
        guard let next, let document else { return nil }
        switch Self.value(next, document) {
        case .string(let token)? where !token.isEmpty: return PagePosition(token: token)
        case .number(let number)?: return PagePosition(token: number.text)
        default: return nil
        }
    }

    private func token(in headers: HTTPHeaders) -> PagePosition? {
        headers.first(name: header).flatMap { $0.isEmpty ? nil : PagePosition(token: $0) }
    }

    private static func isWhole(_ token: String) -> Bool {
        token.hasPrefix("https://") || token.hasPrefix("http://")
    }

    private static func value(_ path: JSONPath, _ document: JSONDocument) -> JSONValue? {
        guard let root = document.roots.first else { return nil }
        return (try? path.nodes(in: document, from: root))?.first.map { document.view($0).value }
    }

    /// The address is whole: it has all that the first one had. The credentials go with every page, so only the server
    /// they are for may name the next one.
    private static func following(_ position: PagePosition, _ base: OutboundRequest) throws -> OutboundRequest {
        var request = base
        request.url = URLReference.resolved(position.token, against: base.url)
        guard try URLTarget(request.url) == URLTarget(base.url) else {
            throw DashError(
                .invalid,
                "The source names a next page on another server, which does not get the credentials."
            )
        }
        return request
    }

    private static func missing(_ name: String, _ message: String) -> DashError {
        DashError(
            .invalid,
            "the pagination is incomplete",
            issues: [.init(pointer: "/pagination/\(name)", message: message)]
        )
    }
}

import DashJSON
import DashMapping
import DashModel
import DashPipeline

/// Pages of a Relay connection: its nodes or edges, and `pageInfo` with the cursor of the next one.
struct RelayPages: Sendable {
    static let field = ConfigField(
        "pagination",
        .group([
            ConfigField("kind", .choice(["none", "relay"]), default: "none"),
            ConfigField(
                "connection",
                .jsonPath,
                help: "Where the connection is in the answer: $.data.repository.issues"
            ),
            ConfigField("variable", .string, default: "after", help: "The variable that gets the end cursor."),
            ConfigField("size_variable", .string, default: "first", help: "The variable of a page's size."),
            ConfigField("size", .integer(1...1_000), help: "Records a page. Empty: the query says it."),
        ]),
        help: "How the query pages over its records."
    )

    let connection: JSONPath
    let variable: String
    let sizeVariable: String
    let size: Int?

    /// nil when there is one answer only. Throws `DashError` `.invalid`.
    init?(_ config: JSONValue?) throws {
        guard config?["kind"]?.stringValue == "relay" else { return nil }
        guard let path = config?["connection"]?.stringValue, !path.isEmpty else {
            let issue = DashError.Issue(pointer: "/pagination/connection", message: "must say where the connection is")
            throw DashError(.invalid, "the pagination is incomplete", issues: [issue])
        }
        connection = try JSONPath(path)
        variable = config?["variable"]?.stringValue ?? "after"
        sizeVariable = config?["size_variable"]?.stringValue ?? "first"
        size = config?["size"]?.intValue
    }

    /// Where the next page begins; nil behind the last one.
    func next(in document: JSONDocument) -> PagePosition? {
        let info = node(in: document)?["pageInfo"]
        guard info?["hasNextPage"]?.bool == true, let cursor = info?["endCursor"]?.string else { return nil }
        return PagePosition(token: cursor)
    }

    /// The records of a page: its nodes, else the nodes of its edges.
    func records(in document: JSONDocument) -> [Int] {
        guard let connection = node(in: document) else { return [] }
        if let nodes = connection["nodes"] { return nodes.elements.map(\.node) }
        return connection["edges"]?.elements.compactMap { $0["node"]?.node } ?? []
    }

    private func node(in document: JSONDocument) -> JSONView? {
        guard let root = document.roots.first else { return nil }
        return (try? connection.nodes(in: document, from: root))?.first.map { document.view($0) }
    }
}

import DashJSON
import DashModel
import FoundationEssentials
import NIOHTTP1

@testable import DashConnectors
@testable import DashPipeline

/// Saved cursors of sources, and pages.
struct CursorTarget: FuzzTarget {
    let name = "cursors"

    private static let pages = [
        #"{"kind":"page","size":1}"#, #"{"kind":"offset","size":1}"#, #"{"kind":"cursor","next":"$.a"}"#,
        #"{"kind":"cursor","next":"$..v"}"#,
        #"{"kind":"header","header":"x-next"}"#, #"{"kind":"link"}"#, #"{"kind":"next_url","next":"$.a"}"#,
    ]
    private static let saved = [
        #"{"field":"$.v","from":"{q}","newest":{n},"next":{"number":{n}},"scan_start":"{t}","seen":[["{q}",["a"]],[{n},["{s}"]]]}"#,
        #"{"next":{"token":"{s}"},"etag":"{s}"}"#, #"{"next":{"number":{i}}}"#, "{j}",
    ]

    func run(_ input: inout FuzzInput) throws {
        let text = input.note(input.filled(input.pick(Self.saved)))
        guard let saved = try? JSONValue(parsing: text) else { return }
        let config: JSONValue = [
            "incremental": [
                "field": "$.v", "param": "since", "overlap": 60,
                "type": .string(input.pick(["auto", "number", "text", "time"])),
            ]
        ]
        let settings = try IncrementalSettings(config["incremental"])
        let source = SourceSettings(kind: "http", config: config, records: ["url"], request: ["pagination"])
        var cursor = SourceCursor(saved: saved, settings: source, incremental: settings)
        let body = "[" + Bodies.objects(&input).joined(separator: ",") + "]"
        guard let document = try? JSONDocument(parsing: Array(input.note(body).utf8)) else { return }
        if let settings {
            for view in document.root?.elements ?? document.view(0).elements {
                _ = cursor.takes(view.node, of: document, view.compactBytes, settings)
            }
            try? cursor.pauseScan()
            try? cursor.finishScan(settings)
        }
        _ = cursor.json
        let pagination = try Pagination(try JSONValue(parsing: input.pick(Self.pages)))
        var request = OutboundRequest(method: .GET, url: "https://example.org/a?b=\(input.int(0...9))")
        request.url += input.isOne(in: 3) ? input.text() : ""
        let headers = HTTPHeaders([("x-next", input.text()), ("link", "<\(input.text())>; rel=next")])
        let response = OutboundResponse(status: .ok, headers: headers, body: [])
        let next = pagination.next(
            after: cursor.scan.next,
            response: response,
            document: document,
            count: input.int(0...9)
        )
        _ = try? pagination.request(request, at: next ?? cursor.scan.next)
    }
}

import DashModel
import FoundationEssentials

@testable import DashAPI
@testable import DashStorage

/// The query of REST requests, and the cursors of pages.
struct ParameterTarget: FuzzTarget {
    let name = "parameters"

    private static let names = [
        "include", "fields[pipelines]", "page[size]", "page[after]", "sort", "filter[name]", "filter[name][like]",
        "filter[interval_seconds][gt]",
        "filter[storage_used_gb]", "filter[storage_used_gb][in]", "filter[inserted_at][le]", "filter[id]",
        "filter[type]", "filter[a][null]",
        "filter[retention_days][null]", "filter[", "page", "filter[position][eq]",
    ]

    func run(_ input: inout FuzzInput) {
        let resource = input.pick(Resources.all)
        let items = (0..<input.int(0...4)).map { _ in
            let value = input.pick([
                input.numberText(), input.text(), input.timestamp(), "name", "-name", "true", "pipeline",
            ])
            return input.pick(Self.names) + "=" + value
        }
        let text = input.note(input.perhapsMutated(items.joined(separator: "&")))
        let principal = Principal.user(UUID(), team: UUID(), role: .owner)
        if let parameters = try? RESTParameters(text, for: resource, allowing: .collection, principal: principal) {
            _ = parameters.query
        }
        for text in [input.text(), Base64URL.encode(Array("\(input.numberText()):\(input.numberText())".utf8))] {
            _ = RecordCursor.decode(input.note(text))
        }
    }
}

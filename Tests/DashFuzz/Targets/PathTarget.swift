import DashJSON
import DashMapping

@testable import DashStorage

/// JSONPath, and the paths of queries.
struct PathTarget: FuzzTarget {
    let name = "paths"

    private static let steps = [
        ".{k}", "['{s}']", "[\"{s}\"]", "[{i}]", "[{i}:{i}]", "[{i}:{i}:{i}]", "[::{i}]", "[*]", ".*", "..{k}", "..*",
        "[{i},{i},'{k}']",
        "[?@.{k} > {n}]", "[?@.{k} == '{s}' && @[{i}]]", "[?length(@.{k}) < {i}]", "[?match(@.{k}, '{s}')]",
        "[?search(@, '[{s}]')]",
        "[?count(@..*) > {n}]", "[?value(@..{k}) == {j}]", "[?!(@.{k})]", "[?@[{i}] <= $.{k}]", "[{n}]", "[{q}]",
    ]

    func run(_ input: inout FuzzInput) {
        let steps = (0..<input.int(0...4)).map { _ in input.filled(input.pick(Self.steps)) }
        let text = input.note(input.perhapsMutated("$" + steps.joined()))
        guard let document = try? JSONDocument(parsing: Array(input.note(input.json()).utf8)) else { return }
        if let path = try? JSONPath(text) { _ = try? path.nodes(in: document, from: 0, visits: 200_000) }
        for text in [text, String(text.dropFirst(2)), input.text()] {
            guard let path = RecordPath(text) else { continue }
            _ = RecordPath(path.text)
        }
    }
}

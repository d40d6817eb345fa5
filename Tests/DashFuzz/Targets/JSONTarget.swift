import DashJSON

/// JSON texts of all three framings, and what is asked of a document.
struct JSONTarget: FuzzTarget {
    let name = "json"

    func run(_ input: inout FuzzInput) {
        var texts = (0..<input.int(1...4)).map { _ in input.json() }
        if input.isOne(in: 4) {
            texts.append(String(repeating: input.pick(["[", "{\"a\":"]), count: input.int(1...3_000)))
        }
        let text = texts.joined(separator: input.pick(["\n", "", "\r\n", ",", "\u{1E}", " "]))
        let bytes = input.note(input.isOne(in: 2) ? input.mutated(Array(text.utf8)) : Array(text.utf8))
        let limits = input.pick([
            JSONLimits.default, .rfc8259, JSONLimits(maxBytes: 10, maxDepth: 0, maxNodes: 3),
            JSONLimits(maxBytes: .max, maxDepth: .max, maxExponent: .max, maxNodes: .max),
        ])
        let documents = [
            try? JSONDocument(parsing: bytes, limits: limits), try? JSONDocument(parsingLines: bytes, limits: limits),
            try? JSONDocument(parsingAdjacent: bytes, limits: limits),
        ]
        for document in documents.compactMap({ $0 }) {
            for root in document.roots {
                let view = document.view(root)
                use(view, &input)
                _ = try? JSONValue(parsing: view.value.encoded(sortedKeys: true), limits: .rfc8259)
                _ = view.compactBytes
            }
        }
    }

    private func use(_ view: JSONView, _ input: inout FuzzInput) {
        _ = (view.string, view.numberText, view.int, view.double, view.bool)
        _ = (view[input.pick(FuzzTexts.keys)]?.kind, view[input.pick([0, 1, -1, .max, .min])]?.kind)
        for element in view.elements { _ = (element.int, element.double) }
        for member in view.members { _ = member.value.value.doubleValue }
        if let number = JSONNumber(text: input.numberText()) { _ = (number.int, JSONNumber(number.double)) }
    }
}

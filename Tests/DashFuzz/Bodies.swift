/// Bodies as senders write them, more or less.
enum Bodies {
    static func any(_ input: inout FuzzInput) -> String {
        switch input.int(0...5) {
        case 0: "[" + objects(&input).joined(separator: ",") + "]"
        case 1: objects(&input).joined(separator: input.pick(["\n", "\r\n", "\n\n", " "]))
        case 2: table(&input)
        case 3: xml(&input, depth: 4)
        case 4: form(&input)
        default: input.json()
        }
    }

    static func objects(_ input: inout FuzzInput) -> [String] {
        (0..<input.int(0...5)).map { _ in input.object() }
    }

    static func table(_ input: inout FuzzInput) -> String {
        let separator = input.pick([",", ";", "\t", "|"])
        let columns = input.int(1...6)
        let end = input.pick(["\n", "\r\n", "\r"])
        var rows: [String] = []
        for _ in 0..<input.int(0...6) {
            var cells: [String] = []
            for _ in 0..<(input.isOne(in: 5) ? input.int(0...9) : columns) {
                let text = input.text()
                cells.append(input.isOne(in: 3) ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text)
            }
            rows.append(cells.joined(separator: separator))
        }
        return input.pick(["", "\u{FEFF}", "\n"]) + rows.joined(separator: end) + input.pick(["", end])
    }

    static func form(_ input: inout FuzzInput) -> String {
        (0..<input.int(0...6)).map { _ in
            let name = input.pick(FuzzTexts.keys + ["page[size]", "a[", "a[]", "filter[v][gt]", "", "payload"])
            return name + input.pick(["=", "", "=="])
                + input.pick([input.text(), "%" + input.text(), input.numberText()])
        }.joined(separator: input.pick(["&", "&&", ";"]))
    }

    static func xml(_ input: inout FuzzInput, depth: Int) -> String {
        let head =
            depth == 4
            ? input.pick(["", "<?xml version=\"1.0\"?>", "<?xml version=\"1.0\" encoding=\"latin1\"?>"]) : ""
        let name = input.pick(["rss", "channel", "item", "feed", "entry", "a", "b", "rdf:RDF", "x:y"])
        let attributes = input.isOne(in: 3) ? " a=\"\(input.pick(["1", "&lt;", "é", "&#x41;"]))\"" : ""
        var inner = ""
        for _ in 0..<input.int(0...3) {
            switch input.int(0...4) {
            case 0, 1: inner += depth > 0 ? xml(&input, depth: depth - 1) : ""
            case 2: inner += input.pick(["&amp;", "&#65;", "<![CDATA[ \(input.numberText()) ]]>", "<!-- -->", "&x;"])
            default: inner += input.text().replacing("<", with: "&lt;").replacing("&", with: "&amp;")
            }
        }
        return "\(head)<\(name)\(attributes)>\(inner)</\(name)>"
    }
}

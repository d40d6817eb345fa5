/// The words of a text widget as blocks: headings (`#`), list items (`-`) and paragraphs. Nothing in it is ever markup.
enum WidgetText {
    static func blocks(_ text: String) -> [ViewData] {
        var blocks: [ViewData] = []
        var paragraph: [String] = []
        var items: [String] = []
        func end() {
            if !paragraph.isEmpty { blocks.append(block("isParagraph", paragraph.joined(separator: " "))) }
            if !items.isEmpty { blocks.append(block("isList", "", items)) }
            paragraph = []
            items = []
        }
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let line = String(line).trimmingSpaces
            if line.isEmpty {
                end()
            } else if let heading = line.prefixMatch(of: /#{1,6}\s+/) {
                end()
                blocks.append(block("isHeading", String(line[heading.range.upperBound...])))
            } else if line.hasPrefix("- ") || line.hasPrefix("* ") {
                if !paragraph.isEmpty { end() }
                items.append(String(line.dropFirst(2)).trimmingSpaces)
            } else {
                if !items.isEmpty { end() }
                paragraph.append(line)
            }
        }
        end()
        return blocks
    }

    private static func block(_ kind: String, _ words: String, _ items: [String] = []) -> ViewData {
        var data: ViewData = ["isParagraph": false, "isHeading": false, "isList": false, "words": words]
        data[kind] = true
        data["items"] = items.map { ["words": $0] as ViewData }
        return data
    }
}

import DashJSON

/// Words that somebody wrote; no data.
enum TextWidget {
    static let kind = WidgetKind(
        name: "text",
        title: "Text",
        untitled: "Note",
        size: (12, 3),
        settings: [
            WidgetSetting(
                "text",
                .text(20_000),
                label: "Text",
                placeholder: "# A heading\nSome words\n- an item",
                help: "Lines with # are headings, lines with - are list items."
            )
        ],
        template: #"""
            <div class="prose">{{#blocks}}{{#isHeading}}<h3>{{words}}</h3>{{/isHeading}}\#
            {{#isParagraph}}<p>{{words}}</p>{{/isParagraph}}\#
            {{#isList}}<ul>{{#items}}<li>{{words}}</li>{{/items}}</ul>{{/isList}}{{/blocks}}</div>
            """#,
        view: { config in ["blocks": blocks(config["text"]?.stringValue ?? "")] }
    )

    /// Headings (`#`), list items (`-`) and paragraphs. Nothing in them is ever markup.
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

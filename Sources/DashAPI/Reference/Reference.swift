import DashModel

/// The reference of what REST takes and answers, written from the declarations.
public enum Reference {
    public struct Page: Sendable, Hashable {
        /// Of its file.
        public var name: String
        public var text: String
    }

    public static var pages: [Page] {
        [Page(name: "actions.md", text: actions), Page(name: "resources.md", text: resources)]
    }

    static func head(_ title: String, _ lines: [String]) -> [String] {
        [
            "# \(title)", "", "<!-- Written by `dashd reference docs/reference`, from Sources/DashModel/Resources. -->",
            "",
        ]
            + lines + [""]
    }

    /// A table of attributes, of parameters or of what is answered.
    static func table(_ name: String, _ attributes: [Attribute], columns: [Column] = Column.allCases) -> [String] {
        guard !attributes.isEmpty else { return [] }
        let titles = [name] + columns.map(\.rawValue)
        let rows = attributes.map { attribute in
            ["`\(attribute.documentName)`"] + columns.map { $0.text(of: attribute) }
        }
        return [row(titles), "|" + String(repeating: "---|", count: titles.count)] + rows.map(row) + [""]
    }

    private static func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

    /// Who may, in a word.
    static func who(_ role: Role) -> String { role == Role.allCases.last ? "an owner" : "\(role.rawValue) or more" }

    static func text(_ lines: [String]) -> String {
        var lines = lines
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.joined(separator: "\n") + "\n"
    }
}

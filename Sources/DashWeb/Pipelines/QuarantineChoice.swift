import DashModel
import DashStorage
import FoundationEssentials

/// Which quarantined records a page's form or address means.
struct QuarantineChoice {
    let filter: QuarantineFilter
    /// As the fields of the form hold them.
    private let texts: [String: String]
    let problem: String?

    private static let names = ["rule", "field", "reason", "from", "to"]

    init(_ form: FormData) {
        var filter = QuarantineFilter(rule: form.text("rule"), field: form.text("field"), reason: form.text("reason"))
        filter.from = form.text("from").flatMap { Self.time($0) }
        filter.to = form.text("to").flatMap { Self.time($0) }
        let ids = form.all("record")
        if !ids.isEmpty {
            filter.records = ids.prefix(QuarantineFilter.namedLimit).compactMap { UUID(text: $0) }
        }
        self.filter = filter
        texts = Dictionary(Self.names.map { ($0, form.text($0) ?? "") }) { $1 }
        let isWrong = (form.text("from") != nil && filter.from == nil) || (form.text("to") != nil && filter.to == nil)
        problem = isWrong ? "Times are in UTC and look like 2026-01-31T12:00." : nil
    }

    /// Browsers leave out seconds and the zone, which is UTC here.
    private static func time(_ text: String) -> Timestamp? {
        Timestamp(text: text) ?? Timestamp(text: text + "Z") ?? Timestamp(text: text + ":00Z")
    }

    var data: ViewData {
        var data: ViewData = ["isFiltered": texts.values.contains { !$0.isEmpty }, "query": query]
        for name in Self.names { data["filter_" + name] = texts[name] ?? "" }
        return data
    }

    /// For links that keep the choice.
    var query: String {
        Self.names.compactMap { name in
            texts[name].flatMap { $0.isEmpty ? nil : "\(name)=\(URLText.encode($0))" }
        }.joined(separator: "&")
    }
}

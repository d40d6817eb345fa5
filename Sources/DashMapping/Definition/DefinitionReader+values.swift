import DashJSON
import DashModel

extension DefinitionReader {
    static let maxTable = 10_000

    /// The transformations that make a value of other values, hide one, or remember some.
    static func valueStep(
        _ kind: String,
        _ item: DefinitionItem,
        _ issues: inout [DashError.Issue]
    ) -> Transformation? {
        switch kind {
        case "split":
            item.allow(["kind", "field", "to", "separator", "trim"], &issues)
            let separator = item.separator(",", &issues)
            if separator.isEmpty { item.report("separator", "can't be empty", &issues) }
            let trims = item.flag("trim", &issues)
            return item.fieldAndTarget(&issues).map { .split($0, to: $1, separator: separator, trims: trims) }
        case "join": return join(item, &issues)
        case "lookup":
            item.allow(["kind", "field", "to", "table", "default"], &issues)
            guard let table = item["table"]?.objectValue, !table.isEmpty, table.members.count <= maxTable else {
                item.report("table", "must be an object of 1 to \(maxTable) entries", &issues)
                return nil
            }
            return item.fieldAndTarget(&issues).map {
                .lookup($0, to: $1, table: table, defaultValue: item.object["default"])
            }
        case "parse_time":
            item.allow(["kind", "field", "to", "format"], &issues)
            let format = item.format("format", type: .timestamp, &issues)
            return item.fieldAndTarget(&issues).map { .parseTime($0, to: $1, format) }
        case "deduplicate":
            item.allow(["kind", "fields", "window_seconds", "max_keys"], &issues)
            let limits = item.keyLimits(&issues)
            return item.paths("fields", &issues).map { .deduplicate($0, limits) }
        case "redact":
            item.allow(["kind", "fields", "with", "keep_last"], &issues)
            let text = item.string("with", &issues)
            let kept = item.whole("keep_last", 0...1_000, &issues)
            if text != nil, kept != nil { item.report("keep_last", "can't be given together with with", &issues) }
            let redaction = kept.map { Redaction.keepLast($0) } ?? .text(text ?? "[redacted]")
            return item.paths("fields", &issues).map { .redact($0, redaction) }
        case "hash":
            item.allow(["kind", "fields", "salt"], &issues)
            let salt = item.string("salt", &issues)
            return item.paths("fields", &issues).map { .hash($0, salt: salt) }
        default: return nil
        }
    }

    private static func join(_ item: DefinitionItem, _ issues: inout [DashError.Issue]) -> Transformation? {
        item.allow(["kind", "field", "fields", "to", "separator"], &issues)
        let separator = item.separator(",", &issues)
        if item["fields"] == nil {
            return item.fieldAndTarget(&issues).map { .join([$0], to: $1, separator: separator) }
        }
        if item["field"] != nil { item.report("field", "can't be given together with fields", &issues) }
        guard let fields = item.paths("fields", &issues), let to = item.path("to", &issues) else { return nil }
        return .join(fields, to: to, separator: separator)
    }
}

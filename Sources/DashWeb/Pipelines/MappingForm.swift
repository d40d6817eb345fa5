import DashJSON
import DashMapping
import DashModel

/// The mapping editor's form: a row for each field, the rest as JSON.
struct MappingForm {
    /// The attributes of the `data_mappings` row that the form says.
    private(set) var attributes = JSONObject()
    /// Text areas that hold no JSON: these stop the saving before the service is asked.
    private(set) var issues: [DashError.Issue] = []
    /// What the text areas held, to show it again.
    private var texts: [String: String] = [:]

    /// How the source was last seen to differ from its schema.
    private var drift: JSONValue = .null

    private static let areas = ["transformations", "rules", "source_schema", "tests"]

    init(_ row: ResourceRow?) {
        attributes["mappings"] = row?["mappings"] ?? []
        attributes["schema_mode"] = .string(row?.string("schema_mode") ?? SchemaMode.ignore.rawValue)
        drift = row?["schema_drift"] ?? .null
        for area in Self.areas {
            let value = row?[area] ?? .null
            attributes[area] = value
            texts[area] = value.isNull || value == [] ? "" : JSONText.pretty(value)
        }
    }

    init(_ form: FormData) {
        if let note = form.text("note") { attributes["note"] = .string(note) }
        attributes["mappings"] = .array(Self.rows(form))
        if let mode = form.text("schema_mode") { attributes["schema_mode"] = .string(mode) }
        for area in Self.areas {
            let text = form[area]?.trimmingSpaces ?? ""
            texts[area] = text
            if text.isEmpty {
                attributes[area] = area == "source_schema" ? .null : []
                continue
            }
            do {
                attributes[area] = try JSONValue(parsing: text)
            } catch {
                issues.append(.init(pointer: "/" + area, message: "is not JSON: \(error)"))
            }
        }
    }

    /// For the template. `problems` are placed at their row or text area.
    func data(_ error: DashError?) -> ViewData {
        let all = issues + (error?.issues ?? [])
        let rows = (attributes["mappings"]?.arrayValue ?? []).enumerated().map { index, value in
            Self.row(value, index, all)
        }
        var data: ViewData = [
            "rows": rows,
            "hasRows": !rows.isEmpty,
            "types": Self.types(selected: nil),
            "transformations": texts["transformations"] ?? "",
            "rules": texts["rules"] ?? "",
            "sourceSchema": texts["source_schema"] ?? "",
            "tests": texts["tests"] ?? "",
            "hasTests": texts["tests"]?.isEmpty == false,
            "note": attributes["note"]?.stringValue ?? "",
            "schemaModes": Self.modes(selected: attributes["schema_mode"]?.stringValue),
        ]
        let changes = (drift["changes"]?.arrayValue ?? []).map(Self.driftLine)
        data["hasDrift"] = !changes.isEmpty
        data["drift"] = changes
        data["driftNoticed"] = drift["noticed_at"]?.stringValue ?? ""
        for area in Self.areas {
            let found = all.filter { $0.pointer.hasPrefix("/" + area) }
            guard !found.isEmpty else { continue }
            data["error_" + area] = found.map { ($0.pointer.dropFirst(area.count + 1) + " " + $0.message) }
                .joined(separator: "; ")
        }
        if let error, error.code == .preconditionFailed {
            data.merge(FormProblem(error, fields: Set(Self.areas)).data) { $1 }
        } else if !all.isEmpty {
            data["problem"] = "Please correct the marked fields."
        } else if let error {
            data["problem"] = error.message
        }
        return data
    }

    private static func rows(_ form: FormData) -> [JSONValue] {
        var rows: [Int: FormData] = [:]
        var order: [Int] = []
        for (name, value) in form.pairs {
            let parts = name.split(separator: ".", maxSplits: 2)
            guard parts.count == 3, parts[0] == "mappings", let index = Int(parts[1]) else { continue }
            if rows[index] == nil { order.append(index) }
            rows[index] = FormData((rows[index]?.pairs ?? []) + [(String(parts[2]), value)])
        }
        return order.compactMap { rows[$0] }.compactMap(mapping)
    }

    /// nil for a row in which nothing was entered.
    private static func mapping(_ row: FormData) -> JSONValue? {
        guard row.text("target") != nil || row.text("source") != nil || row.text("default") != nil else { return nil }
        var object = JSONObject()
        object["target"] = .string(row.text("target") ?? "")
        if let source = row.text("source") {
            // `a.b` is what people write; the path behind it is `$.a.b`.
            object["source"] = .string(source.hasPrefix("$") ? source : "$." + source)
        }
        let type = row.text("type") ?? "any"
        if type != "any" { object["type"] = .string(type) }
        if let format = row.text("format") { object["format"] = .string(format) }
        if let text = row.text("default") {
            object["default"] = type == "string" ? .string(text) : (try? JSONValue(parsing: text)) ?? .string(text)
        }
        if row.flag("required") { object["required"] = true }
        return .object(object)
    }

    private static func row(_ value: JSONValue, _ index: Int, _ issues: [DashError.Issue]) -> ViewData {
        let own = issues.filter { $0.pointer == "/mappings/\(index)" || $0.pointer.hasPrefix("/mappings/\(index)/") }
        return [
            "index": index,
            "target": value["target"]?.stringValue ?? "",
            "source": value["source"]?.stringValue ?? "",
            "format": value["format"]?.stringValue ?? "",
            "types": types(selected: value["type"]?.stringValue ?? "any"),
            "default": value["default"].map { $0.stringValue ?? ($0.isNull ? "" : $0.text) } ?? "",
            "isRequired": value["required"]?.boolValue ?? false,
            "rowProblem": own.isEmpty
                ? false as any Sendable
                : own.map { "\($0.pointer.split(separator: "/").last ?? "") \($0.message)" }.joined(separator: "; "),
        ]
    }

    /// One difference as a sentence.
    private static func driftLine(_ change: JSONValue) -> String {
        let path = change["path"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 } ?? "the record"
        func types(_ key: String) -> String {
            let value = change[key] ?? .null
            return value.stringValue ?? value.arrayValue?.compactMap(\.stringValue).joined(separator: " or ")
                ?? "nothing"
        }
        return switch change["change"]?.stringValue {
        case "added": "\(path) is new"
        case "optional": "\(path) is not always there"
        case "type": "\(path) was \(types("from")), is also \(types("to"))"
        default: "\(path) is written in another form"
        }
    }

    private static func modes(selected: String?) -> [ViewData] {
        SchemaMode.allCases.map { mode in
            let phrase =
                switch mode {
                case .ignore: "only documents the source"
                case .follow: "grows with the source"
                case .warn: "notes what differs"
                case .enforce: "quarantines what differs"
                }
            return ["value": mode.rawValue, "phrase": phrase, "isSelected": mode.rawValue == selected]
        }
    }

    private static func types(selected: String?) -> [ViewData] {
        let names = ["any"] + FieldType.allCases.map(\.rawValue).filter { $0 != FieldType.json.rawValue }
        return names.map { name in
            ["value": name, "isSelected": name == selected || (selected == "json" && name == "any")]
        }
    }
}

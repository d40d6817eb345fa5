import DashAPI
import DashJSON
import DashModel
import FoundationEssentials

/// The fields that a pipeline's records have, as far as its last records and its mapping tell.
struct WidgetFields: Sendable {
    /// Paths in the order in which records have them, with `number`, `string`, `boolean` or ``.
    private(set) var known: [(path: String, type: String)] = []

    private static let limit = 200
    private static let sampleSize = 50

    static func load(_ pipeline: UUID?, _ site: Site, as principal: Principal) async throws -> WidgetFields {
        var fields = WidgetFields()
        guard let pipeline else { return fields }
        for record in try await site.resources.latest(of: pipeline, limit: sampleSize, as: principal) {
            if let value = try? JSONValue(parsing: Array(record.data)) { fields.add(value, "", depth: 0) }
        }
        if let mapping = try await site.mapping(of: pipeline, as: principal) { fields.add(mapping: mapping) }
        return fields
    }

    func type(of path: String) -> String? {
        let plain = path.hasPrefix("$.") ? String(path.dropFirst(2)) : path
        return known.first { $0.path == plain }?.type
    }

    var options: [ViewData] { known.map { ["path": $0.path, "kind": $0.type] } }

    /// What was configured to be there, when no record says so yet.
    private mutating func add(mapping: ResourceRow) {
        for item in mapping["mappings"].arrayValue ?? [] {
            guard let target = item["target"]?.stringValue else { continue }
            let type = item["type"]?.stringValue ?? ""
            note(target, ["integer", "float", "decimal", "number"].contains(type) ? "number" : type)
        }
        if known.isEmpty { add(schema: mapping["source_schema"], "", depth: 0) }
    }

    private mutating func add(_ value: JSONValue, _ path: String, depth: Int) {
        switch value {
        case .object(let object) where depth < 6:
            for member in object.members where !member.key.isEmpty && member.key.allSatisfy(Self.isPlain) {
                add(member.value, path.isEmpty ? member.key : path + "." + member.key, depth: depth + 1)
            }
        case .number: note(path, "number")
        case .string: note(path, "string")
        case .bool: note(path, "boolean")
        case .null, .array, .object: break
        }
    }

    private mutating func add(schema: JSONValue, _ path: String, depth: Int) {
        if let properties = schema["properties"]?.objectValue, depth < 6 {
            for member in properties.members where member.key.allSatisfy(Self.isPlain) {
                add(schema: member.value, path.isEmpty ? member.key : path + "." + member.key, depth: depth + 1)
            }
        } else if !path.isEmpty {
            let types = schema["type"]?.arrayValue?.compactMap(\.stringValue) ?? [schema["type"]?.stringValue ?? ""]
            let type = types.first { $0 != "null" } ?? ""
            if type != "array" { note(path, type == "integer" ? "number" : type) }
        }
    }

    private mutating func note(_ path: String, _ type: String) {
        guard !path.isEmpty, known.count < Self.limit, !known.contains(where: { $0.path == path }) else { return }
        known.append((path, type))
    }

    private static func isPlain(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "-"
    }
}

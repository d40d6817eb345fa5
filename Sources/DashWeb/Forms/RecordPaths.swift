import DashJSON
import DashModel

/// The fields that records have, for the choices of a form: dotted paths of what is not an object itself.
enum RecordPaths {
    static func of(_ records: [Record], limit: Int = 100) -> [String] {
        var paths: [String] = []
        for record in records.suffix(10) {
            guard let value = try? JSONValue(parsing: Array(record.data)) else { continue }
            collect(value, "", 0, &paths)
        }
        return Array(paths.prefix(limit))
    }

    /// The paths of a JSON Schema's properties.
    static func of(schema: JSONValue, limit: Int = 100) -> [String] {
        var paths: [String] = []
        properties(schema, "", 0, &paths)
        return Array(paths.prefix(limit))
    }

    private static func collect(_ value: JSONValue, _ path: String, _ depth: Int, _ paths: inout [String]) {
        guard case .object(let object) = value, depth < 6 else {
            if !path.isEmpty, !paths.contains(path) { paths.append(path) }
            return
        }
        for member in object.members { collect(member.value, join(path, member.key), depth + 1, &paths) }
    }

    private static func properties(_ schema: JSONValue, _ path: String, _ depth: Int, _ paths: inout [String]) {
        guard let properties = schema["properties"]?.objectValue, depth < 6 else {
            if !path.isEmpty, !paths.contains(path) { paths.append(path) }
            return
        }
        for member in properties.members { Self.properties(member.value, join(path, member.key), depth + 1, &paths) }
    }

    private static func join(_ path: String, _ key: String) -> String {
        let key = key.replacing(".", with: "\\.")
        return path.isEmpty ? key : path + "." + key
    }
}

public import DashJSON

/// How records differ from a schema that was inferred before, and the schema that fits both.
public struct SchemaDrift: Sendable, Hashable {
    /// One difference.
    public struct Change: Sendable, Hashable {
        public enum Kind: String, Sendable, Hashable {
            /// A field that the schema doesn't know.
            case added
            /// A field that is not always there any more.
            case optional
            /// Values of another type.
            case type
            /// Strings of another form.
            case format
        }

        public var kind: Kind
        /// The field with dots; `[]` stands for an array's elements, empty for the record itself.
        public var path: String
        /// What the schema said, and what fits now; null for nothing.
        public var from: JSONValue
        public var to: JSONValue
    }

    public private(set) var changes: [Change] = []
    /// The schema with the differences taken in; what inference knows nothing of stays as it was.
    public private(set) var schema: JSONValue = .null

    /// Compares samples with a schema.
    public init(of samples: DecodedRecords, from schema: JSONValue) {
        var inference = SchemaInference(continuing: schema)
        inference.add(samples)
        self.schema = widened(schema, by: inference.schema, at: "", depth: 0)
    }

    /// The changes as JSON, for people and programs.
    public var json: JSONValue {
        .array(
            changes.map { change in
                [
                    "change": .string(change.kind.rawValue), "path": .string(change.path), "from": change.from,
                    "to": change.to,
                ]
            }
        )
    }

    private static let maxChanges = 100
    private static let maxDepth = 32

    private mutating func note(_ kind: Change.Kind, _ path: String, _ from: JSONValue?, _ to: JSONValue?) {
        guard changes.count < Self.maxChanges else { return }
        changes.append(Change(kind: kind, path: path, from: from ?? .null, to: to ?? .null))
    }

    private mutating func widened(_ old: JSONValue, by new: JSONValue, at path: String, depth: Int) -> JSONValue {
        guard var schema = old.objectValue, let grown = new.objectValue, depth < Self.maxDepth else { return old }
        if let type = grown["type"], schema["type"] != type {
            note(.type, path, schema["type"], type)
            schema["type"] = type
        }
        if schema["format"] == "date-time", grown["format"] == nil {
            note(.format, path, "date-time", nil)
            schema["format"] = nil
        }
        if let items = grown["items"] {
            schema["items"] = schema["items"].map { widened($0, by: items, at: path + "[]", depth: depth + 1) } ?? items
        }
        widenProperties(&schema, by: grown, at: path, depth: depth)
        return .object(schema)
    }

    private mutating func widenProperties(
        _ schema: inout JSONObject,
        by grown: JSONObject,
        at path: String,
        depth: Int
    ) {
        var properties = schema["properties"]?.objectValue ?? JSONObject()
        for member in grown["properties"]?.objectValue?.members ?? [] {
            let name = FieldPath.text(of: [member.key])
            let inner = path.isEmpty ? name : "\(path).\(name)"
            if let known = properties[member.key] {
                properties[member.key] = widened(known, by: member.value, at: inner, depth: depth + 1)
            } else {
                note(.added, inner, nil, member.value["type"])
                properties[member.key] = member.value
            }
        }
        if !properties.isEmpty { schema["properties"] = .object(properties) }
        guard let required = schema["required"]?.arrayValue else { return }
        let still = Set((grown["required"]?.arrayValue ?? []).compactMap(\.stringValue))
        let left = required.filter { $0.stringValue.map { still.contains($0) } ?? false }
        for key in required where !left.contains(key) {
            let name = FieldPath.text(of: [key.stringValue ?? ""])
            note(.optional, path.isEmpty ? name : "\(path).\(name)", nil, nil)
        }
        schema["required"] = left.isEmpty ? nil : .array(left)
    }
}

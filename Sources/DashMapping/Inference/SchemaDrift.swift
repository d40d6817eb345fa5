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
    /// The schema with the differences taken in; what inference knows nothing of stays as it was. It only gets wider: what
    /// was left open before stays open, since records that were never sampled may have anything there.
    public private(set) var schema: JSONValue = .null

    /// Compares samples with a schema.
    public init(of samples: DecodedRecords, from schema: JSONValue) {
        var seen = SchemaInference()
        seen.add(samples)
        self.init(of: seen, from: schema)
    }

    /// Compares what was seen with a schema.
    public init(of seen: SchemaInference, from schema: JSONValue) {
        var inference = SchemaInference(continuing: schema)
        inference.merge(seen)
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
        let known = Self.types(old)
        if !known.isEmpty, let type = grown["type"], known != Self.types(new) {
            note(.type, path, schema["type"], type)
            schema["type"] = type
        }
        if schema["format"] == "date-time", grown["format"] == nil {
            note(.format, path, "date-time", nil)
            schema["format"] = nil
        }
        if let items = grown["items"] {
            let isOpen = known.isEmpty || known.contains("array")
            schema["items"] =
                schema["items"].map { widened($0, by: items, at: path + "[]", depth: depth + 1) }
                ?? (isOpen ? Self.open(items) : items)
        }
        guard known.isEmpty || known.contains("object") else {
            for key in ["properties", "required"] { schema[key] = grown[key] }
            return .object(schema)
        }
        widenProperties(&schema, by: grown, at: path, depth: depth)
        return .object(schema)
    }

    /// The names of a schema's types; none where any will do.
    private static func types(_ schema: JSONValue) -> Set<String> {
        let type = schema["type"]
        return Set(type?.stringValue.map { [$0] } ?? type?.arrayValue?.compactMap(\.stringValue) ?? [])
    }

    /// A schema that knows the same fields and takes anything.
    private static func open(_ schema: JSONValue) -> JSONValue {
        var object = JSONObject()
        if let properties = schema["properties"]?.objectValue {
            object["properties"] = .object(JSONObject(properties.members.map { ($0.key, open($0.value)) }))
        }
        if let items = schema["items"] { object["items"] = open(items) }
        return .object(object)
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
                properties[member.key] = Self.open(member.value)
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

import DashJSON
import DashModel

/// What is known of the values at one place of the samples.
struct SchemaShape: Sendable {
    /// In the order in which a schema lists them.
    private enum ValueType: String, CaseIterable {
        case object, array, string, number, integer, boolean, null
    }

    private struct Property: Sendable {
        var key: String
        var shape: SchemaShape
        var isRequired: Bool
    }

    private var types: Set<ValueType> = []
    /// Whether all strings so far were moments; nil when there was none.
    private var isDateTime: Bool?
    private var properties: [Property] = []
    /// The shape of all elements, none or one.
    private var items: [SchemaShape] = []

    /// Deeper values are not looked at.
    private static let maxDepth = 32
    /// Objects with more keys are maps rather than records; the rest of their keys is left out.
    private static let maxProperties = 1_000

    init() {}

    init(_ value: JSONView, depth: Int) {
        guard depth < Self.maxDepth else { return }
        switch value.kind {
        case .null: types = [.null]
        case .bool: types = [.boolean]
        case .number: types = [value.document.nodes[value.node].flags.contains(.integer) ? .integer : .number]
        case .string:
            types = [.string]
            isDateTime = Self.isMoment(value)
        case .array:
            types = [.array]
            for element in value.elements {
                add(item: SchemaShape(element, depth: depth + 1))
            }
        case .object:
            types = [.object]
            for (key, member) in value.members.prefix(Self.maxProperties) {
                // A schema is stored, and no store takes such a key.
                if key.utf8.contains(0) { continue }
                properties.append(Property(key: key, shape: SchemaShape(member, depth: depth + 1), isRequired: true))
            }
        }
    }

    /// Reads back what `schema` writes.
    init(schema: JSONValue, depth: Int) {
        guard depth < Self.maxDepth else { return }
        let names = schema["type"]?.stringValue.map { [$0] } ?? schema["type"]?.arrayValue?.compactMap(\.stringValue)
        types = Set((names ?? []).compactMap { ValueType(rawValue: $0) })
        if types.contains(.string) { isDateTime = schema["format"]?.stringValue == "date-time" }
        let required = Set((schema["required"]?.arrayValue ?? []).compactMap(\.stringValue))
        properties = (schema["properties"]?.objectValue?.members ?? []).map { member in
            let shape = SchemaShape(schema: member.value, depth: depth + 1)
            return Property(key: member.key, shape: shape, isRequired: required.contains(member.key))
        }
        if let element = schema["items"] { items = [SchemaShape(schema: element, depth: depth + 1)] }
    }

    private static func isMoment(_ value: JSONView) -> Bool {
        let raw = value.rawBytes
        guard (22...40).contains(raw.count), raw[raw.startIndex + 11] | 0x20 == UInt8(ascii: "t") else { return false }
        return Timestamp(utf8: raw.dropFirst().dropLast()) != nil
    }

    private mutating func add(item: SchemaShape) {
        if items.isEmpty { items = [item] } else { items[0].merge(item) }
    }

    mutating func merge(_ other: SchemaShape) {
        if types.contains(.object), other.types.contains(.object) {
            mergeProperties(other.properties)
        } else if other.types.contains(.object) {
            properties = other.properties
        }
        types.formUnion(other.types)
        // Every integer is a number.
        if types.contains(.number) { types.remove(.integer) }
        if let moment = other.isDateTime { isDateTime = (isDateTime ?? true) && moment }
        for item in other.items { add(item: item) }
    }

    /// Required stays only what both always had.
    private mutating func mergeProperties(_ others: [Property]) {
        let places = Dictionary(properties.indices.map { (properties[$0].key, $0) }, uniquingKeysWith: { $1 })
        var seen = Set<Int>()
        for other in others {
            if let place = places[other.key] {
                seen.insert(place)
                properties[place].shape.merge(other.shape)
                properties[place].isRequired = properties[place].isRequired && other.isRequired
            } else if properties.count < Self.maxProperties {
                properties.append(Property(key: other.key, shape: other.shape, isRequired: false))
            }
        }
        for place in properties.indices where !seen.contains(place) && place < places.count {
            properties[place].isRequired = false
        }
    }

    var schema: JSONObject {
        var object = JSONObject()
        let names = ValueType.allCases.filter(types.contains).map { JSONValue.string($0.rawValue) }
        if names.count == 1 { object["type"] = names[0] } else if !names.isEmpty { object["type"] = .array(names) }
        if isDateTime == true { object["format"] = "date-time" }
        if !properties.isEmpty {
            object["properties"] = .object(JSONObject(properties.map { ($0.key, .object($0.shape.schema)) }))
            let required = properties.filter(\.isRequired).map { JSONValue.string($0.key) }
            if !required.isEmpty { object["required"] = .array(required) }
        }
        if let item = items.first { object["items"] = .object(item.schema) }
        return object
    }
}

public import DashJSON

/// Learns a JSON Schema (2020-12) from sample records: types, properties, required, items and the format `date-time`.
///
/// Adding the same samples again changes nothing, and a schema that was inferred before can be carried on.
public struct SchemaInference: Sendable {
    private var shape: SchemaShape

    public init() { shape = SchemaShape() }

    /// Carries on from a schema inferred before; keywords that inference doesn't use are lost.
    public init(continuing schema: JSONValue) { shape = SchemaShape(schema: schema, depth: 0) }

    /// Takes in one sample.
    public mutating func add(_ sample: JSONView) { shape.merge(SchemaShape(sample, depth: 0)) }

    /// Takes in the first `limit` records of a body.
    public mutating func add(_ records: DecodedRecords, limit: Int = 200) {
        for root in records.roots.prefix(limit) { add(records.document.view(root)) }
    }

    /// Takes in what another inference has learnt.
    public mutating func merge(_ other: SchemaInference) { shape.merge(other.shape) }

    /// The schema of everything seen; `{}` constraints only when nothing was.
    public var schema: JSONValue {
        var object = JSONObject([("$schema", "https://json-schema.org/draft/2020-12/schema")])
        for member in shape.schema.members { object[member.key] = member.value }
        return .object(object)
    }
}

/// One check of a compiled schema: what to do, and up to three numbers that say with what.
struct SchemaInstruction: Sendable {
    enum Kind: UInt8, Sendable {
        /// Fits nothing: the schema `false`.
        case never
        /// a: bits of the types.
        case type
        /// a..<b: choices.
        case const, oneOfValues
        /// a: number.
        case multipleOf, minimum, maximum, exclusiveMinimum, exclusiveMaximum
        /// a: count.
        case minLength, maxLength, minItems, maxItems, minProperties, maxProperties
        /// a: pattern.
        case pattern
        /// a: raw value of the format.
        case format
        case uniqueItems
        /// a: member table.
        case members
        /// a: schema.
        case propertyNames, not, reference, unevaluatedItems, unevaluatedProperties
        /// a: trigger key, b..<c: keys that it asks for.
        case dependentRequired
        /// a: trigger key, b: schema.
        case dependentSchema
        /// a..<b: schemas.
        case prefixItems, allOf, anyOf, oneOf
        /// a: schema, b: elements before the first that it is for.
        case items
        /// a: schema, b: least, c: most or -1.
        case contains
        /// a: if, b: then or -1, c: else or -1.
        case condition
        /// a: schema when the dynamic scope has no other, b: anchor name.
        case dynamicReference
    }

    var kind: Kind
    var a: Int32 = 0
    var b: Int32 = 0
    var c: Int32 = 0

    init(_ kind: Kind, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0) {
        self.kind = kind
        self.a = Int32(truncatingIfNeeded: a)
        self.b = Int32(truncatingIfNeeded: b)
        self.c = Int32(truncatingIfNeeded: c)
    }

    /// The keyword that the check stands for.
    var keyword: String {
        switch kind {
        case .never: ""
        case .const: "const"
        case .oneOfValues: "enum"
        case .members: "properties"
        case .reference: "$ref"
        case .dynamicReference: "$dynamicRef"
        case .dependentSchema: "dependentSchemas"
        case .condition: "if"
        case .type: "type"
        case .multipleOf: "multipleOf"
        case .minimum: "minimum"
        case .maximum: "maximum"
        case .exclusiveMinimum: "exclusiveMinimum"
        case .exclusiveMaximum: "exclusiveMaximum"
        case .minLength: "minLength"
        case .maxLength: "maxLength"
        case .minItems: "minItems"
        case .maxItems: "maxItems"
        case .minProperties: "minProperties"
        case .maxProperties: "maxProperties"
        case .pattern: "pattern"
        case .format: "format"
        case .uniqueItems: "uniqueItems"
        case .propertyNames: "propertyNames"
        case .not: "not"
        case .unevaluatedItems: "unevaluatedItems"
        case .unevaluatedProperties: "unevaluatedProperties"
        case .dependentRequired: "dependentRequired"
        case .prefixItems: "prefixItems"
        case .allOf: "allOf"
        case .anyOf: "anyOf"
        case .oneOf: "oneOf"
        case .items: "items"
        case .contains: "contains"
        }
    }
}

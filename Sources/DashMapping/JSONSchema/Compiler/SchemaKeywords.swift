/// Which keywords hold schemas, and to which vocabulary each keyword belongs.
enum SchemaKeywords {
    /// The value is a schema.
    static let single: Set<String> = [
        "items", "contains", "additionalProperties", "propertyNames", "if", "then", "else", "not",
        "unevaluatedItems", "unevaluatedProperties", "contentSchema",
    ]
    /// The value is a list of schemas.
    static let lists: Set<String> = ["prefixItems", "allOf", "anyOf", "oneOf"]
    /// The value is an object of schemas. `definitions` and `dependencies` are older names that are still understood.
    static let maps: Set<String> = [
        "$defs", "definitions", "properties", "patternProperties", "dependentSchemas", "dependencies",
    ]

    private static let applicator: Set<String> = [
        "prefixItems", "items", "contains", "additionalProperties", "properties", "patternProperties",
        "dependentSchemas", "propertyNames", "if", "then", "else", "allOf", "anyOf", "oneOf", "not",
    ]
    private static let validation: Set<String> = [
        "type", "const", "enum", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum",
        "maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "maxContains", "minContains",
        "maxProperties", "minProperties", "required", "dependentRequired",
    ]

    /// The vocabulary that a dialect must have for the keyword to count; nil: it always does.
    static func vocabulary(of keyword: String) -> SchemaVocabulary? {
        if applicator.contains(keyword) { return .applicator }
        if validation.contains(keyword) { return .validation }
        if keyword == "unevaluatedItems" || keyword == "unevaluatedProperties" { return .unevaluated }
        return nil
    }
}

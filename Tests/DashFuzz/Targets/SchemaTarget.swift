import DashJSON
import DashMapping

/// JSON Schemas against odd values.
struct SchemaTarget: FuzzTarget {
    let name = "schemas"

    private static let keywords = [
        #""minimum":{n}"#, #""maximum":{n}"#, #""exclusiveMinimum":{n}"#, #""multipleOf":{n}"#, #""minLength":{n}"#,
        #""maxLength":{n}"#,
        #""minItems":{n}"#, #""maxItems":{i}"#, #""minContains":{n},"contains":{}"#,
        #""maxContains":{i},"contains":{"type":"number"}"#,
        #""minProperties":{n}"#, #""maxProperties":{i}"#, #""uniqueItems":true"#, #""enum":[{j},{j}]"#, #""const":{j}"#,
        #""type":"number""#,
        #""type":["string","integer"]"#, #""required":["{k}"]"#, #""pattern":"{s}""#, #""format":"date-time""#,
        #""format":"ipv6""#,
        #""format":"duration""#, #""format":"idn-hostname""#, #""format":"uri-template""#, #""format":"json-pointer""#,
        #""format":"email""#,
        #""format":"regex""#, #""format":"iri""#, #""format":"time""#, #""format":"idn-email""#,
        #""format":"hostname""#, ##""$ref":"#/{k}""##,
        #""$ref":"{s}""#, ##""$dynamicRef":"#a""##, #""$anchor":"a""#, #""$id":"{s}""#,
        #""dependentRequired":{"{k}":["{k}"]}"#,
    ]
    private static let nested = [
        #""properties":{"{k}":•,"{k}":•}"#, #""items":•"#, #""prefixItems":[•,•]"#, #""additionalProperties":•"#,
        #""not":•"#, #""anyOf":[•,•]"#,
        #""oneOf":[•,•]"#, #""allOf":[•,•]"#, #""if":•,"then":•,"else":•"#, #""patternProperties":{"{s}":•}"#,
        #""unevaluatedProperties":•"#,
        #""unevaluatedItems":•"#, #""propertyNames":•"#, #""dependentSchemas":{"{k}":•}"#, #""contains":•"#,
        #""$defs":{"{k}":•}"#,
    ]

    func run(_ input: inout FuzzInput) {
        let text = input.note(schema(&input, depth: 3))
        guard let json = try? JSONValue(parsing: text, limits: .rfc8259),
            let schema = try? JSONSchema(json, options: JSONSchemaOptions(formats: .asserted)),
            let document = try? JSONDocument(parsing: Array(input.note(input.json()).utf8), limits: .rfc8259),
            let value = document.root
        else { return }
        _ = schema.isValid(value)
        _ = schema.violations(in: value)
    }

    private func schema(_ input: inout FuzzInput, depth: Int) -> String {
        if input.isOne(in: 12) { return input.pick(["true", "false", "{}"]) }
        var parts = (0..<input.int(0...3)).map { _ in input.filled(input.pick(Self.keywords)) }
        for _ in 0..<(depth > 0 ? input.int(0...2) : 0) {
            var part = input.filled(input.pick(Self.nested))
            while let place = part.firstIndex(of: "•") {
                part.replaceSubrange(place...place, with: schema(&input, depth: depth - 1))
            }
            parts.append(part)
        }
        return "{" + parts.joined(separator: ",") + "}"
    }
}

import DashMapping
import DashModel
import Testing

@Suite struct RuleTests {
    @Test(
        arguments: [
            (#"{"kind":"type","type":"string"}"#, #""a""#, nil),
            (#"{"kind":"type","type":"string"}"#, "1", "f must be a string, it is a number"),
            (#"{"kind":"type","type":"integer"}"#, "1.0", nil),
            (#"{"kind":"type","type":"integer"}"#, "1.5", "f must be an integer, it is a number with a fraction"),
            (#"{"kind":"type","type":"object"}"#, "{}", nil),
            (#"{"kind":"type","type":"array"}"#, "{}", "f must be an array, it is an object"),
            (#"{"kind":"type","type":"timestamp"}"#, #""2026-11-21T04:48:52+01:00""#, nil),
            (#"{"kind":"type","type":"timestamp"}"#, #""soon""#, "f must be a timestamp, it is another string"),
            (#"{"kind":"type","type":"boolean"}"#, "null", nil), (#"{"kind":"required"}"#, "null", "f is null"),
            (#"{"kind":"required"}"#, "0", nil), (#"{"kind":"enum","values":["a",1,{"x":1,"y":2}]}"#, #""a""#, nil),
            (#"{"kind":"enum","values":["a",1]}"#, "1.0", nil),
            (#"{"kind":"enum","values":["a",1]}"#, #""\u0061""#, nil),
            (#"{"kind":"enum","values":["a",{"x":1,"y":2}]}"#, #"{"y":2, "x":1}"#, nil),
            (#"{"kind":"enum","values":["a",1]}"#, #""b""#, "f is none of the allowed values"),
            (#"{"kind":"range","min":1,"max":2.5}"#, "2.5", nil),
            (#"{"kind":"range","min":1,"max":2.5}"#, "2.51", "f is greater than the maximum"),
            (#"{"kind":"range","min":-1}"#, "-1e3", "f is less than the minimum"),
            (#"{"kind":"range","min":1}"#, #""2""#, "f must be a number, it is a string"),
            (#"{"kind":"range","max":1e300}"#, "12345678901234567890123", nil),
        ] as [(String, String, String?)]
    )
    func checks(rule: String, value: String, reason: String?) throws {
        let rule = #"{"field":"f",\#(rule.dropFirst())"#
        let input = #"{"f":\#(value)}"#
        let definitions = [
            #"{"rules":[\#(rule)]}"#,
            #"{"mappings":[{"target":"f","source":"$.f"}],"rules":[\#(rule)]}"#,
            #"{"transformations":[{"kind":"constant","field":"g","value":1}],"rules":[\#(rule)]}"#,
        ]
        for definition in definitions {
            let result = try MappingCase(definition, input)
            #expect(result.output.refused.first?.reason == reason)
            #expect(result.output.records.count == (reason == nil ? 1 : 0))
        }
    }

    @Test func missingFieldsBreakOnlyRequired() throws {
        let rules =
            #"[{"kind":"type","field":"a.b","type":"string"},{"kind":"enum","field":"a.b","values":[1]},{"kind":"range","field":"a.b","min":0}]"#
        #expect(try MappingCase(#"{"rules":\#(rules)}"#, #"[{},{"a":1},{"a":{"b":null}}]"#).output.records.count == 3)
        let result = try MappingCase(
            #"{"rules":[{"kind":"required","field":"a.b"}]}"#,
            #"[{},{"a":1},{"a":{"b":null}},{"a":{"b":0}}]"#
        )
        #expect(result.output.records.count == 1)
        #expect(result.output.refused.allSatisfy { $0.rule == "required" && $0.field == "a.b" })
    }

    @Test func rulesSeeTheMappedRecord() throws {
        let definition =
            #"{"mappings":[{"target":"o.t","source":"$.temp","type":"number"}],"rules":[{"kind":"range","field":"o.t","max":50},{"kind":"type","field":"o","type":"object"}]}"#
        let result = try MappingCase(definition, #"[{"temp":"21.5"},{"temp":"51"}]"#)
        #expect(result.text == #"{"o":{"t":21.5}}"#)
        #expect(result.output.refused.map(\.field) == ["o.t"])
    }
}

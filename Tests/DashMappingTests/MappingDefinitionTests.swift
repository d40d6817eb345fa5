import DashJSON
import DashMapping
import DashModel
import Testing

@Suite struct MappingDefinitionTests {
    @Test(arguments: [
        ("[]", [""]), (#"{"mapping":[]}"#, ["/mapping"]), (#"{"mappings":{}}"#, ["/mappings"]),
        (#"{"mappings":[5,{}]}"#, ["/mappings/0", "/mappings/1/target", "/mappings/1/source"]),
        (
            #"{"mappings":[{"target":"a..b","source":"a.b","type":"text","required":"yes"}]}"#,
            ["/mappings/0/target", "/mappings/0/source", "/mappings/0/type", "/mappings/0/required"]
        ),
        (
            #"{"mappings":[{"target":"a","source":"$.a"},{"target":"a","source":"$.b"},{"target":"a.b","source":"$.c"}]}"#,
            ["/mappings/1/target", "/mappings/2/target"]
        ),
        (
            #"{"mappings":[{"target":"a","source":"$.a","format":"unix"},{"target":"b","source":"$.b","type":"timestamp","format":"%Q"}]}"#,
            ["/mappings/0/format", "/mappings/1/format"]
        ),
        (
            #"{"transformations":[{"kind":"shout"},{"kind":"rename","from":"a"},{"kind":"drop","fields":[]},{"kind":"constant","field":"x"}]}"#,
            [
                "/transformations/0/kind", "/transformations/1/to", "/transformations/2/fields",
                "/transformations/3/value",
            ]
        ),
        (
            #"{"transformations":[{"kind":"rename","from":"a","to":"a.b"},{"kind":"cast","field":"a"},{"kind":"keep","fields":["a",1]}]}"#,
            ["/transformations/0/to", "/transformations/1/type", "/transformations/2/fields/1"]
        ),
        (
            #"{"rules":[{"kind":"range","field":"a"},{"kind":"range","field":"a","min":2,"max":1},{"kind":"enum","field":"a"},{"kind":"type","field":"a"}]}"#,
            ["/rules/0/min", "/rules/1/max", "/rules/2/values", "/rules/3/type"]
        ),
        (
            #"{"source_schema":[],"rules":[{"kind":"required","field":"","x/y":1}]}"#,
            ["/rules/0/field", "/rules/0/x~1y", "/source_schema"]
        ),
    ])
    func everythingWrongIsReported(json: String, pointers: [String]) throws {
        let value = try JSONValue(parsing: json)
        let error = #expect(throws: MappingErrors.self) { try MappingDefinition(value) }
        #expect(error?.issues.map(\.pointer) == pointers)
    }

    @Test func nullsCountAsMissing() throws {
        let json =
            #"{"mappings":[{"target":"a","source":"$.a","type":null,"format":null,"default":null,"required":null}],"rules":null}"#
        let definition = try MappingDefinition(JSONValue(parsing: json))
        #expect(definition.fields.count == 1)
        #expect(try MappingProgram(compiling: MappingDefinition()).isIdentity)
    }

    @Test func fieldPathsKeepTheirText() {
        #expect(FieldPath(#"a\.b.c\\"#)?.keys == ["a.b", #"c\"#])
        #expect(FieldPath(#"a\.b.c\\"#)?.text == #"a\.b.c\\"#)
        for text in ["", ".", "a.", ".a", #"a\"#, #"a\x"#] { #expect(FieldPath(text) == nil) }
    }
}

import DashJSON
import DashMapping
import DashModel
import Testing

@Suite struct JSONSchemaTests {
    private func value(_ text: String) throws -> JSONView {
        let document = try JSONDocument(parsing: Array(text.utf8), limits: .rfc8259)
        return try #require(document.root)
    }

    private func schema(_ text: String, _ options: JSONSchemaOptions = JSONSchemaOptions()) throws -> JSONSchema {
        try JSONSchema(JSONValue(parsing: text, limits: .rfc8259), options: options)
    }

    @Test(arguments: [
        (#"{"multipleOf":0.01}"#, "19.99", true), (#"{"multipleOf":0.01}"#, "19.999", false),
        (#"{"multipleOf":1e-8}"#, "123456789012345678901234567890.00000001", true),
        (#"{"multipleOf":123456789012345678901}"#, "246913578024691357802", true),
        (#"{"multipleOf":123456789012345678901}"#, "246913578024691357803", false),
        (#"{"multipleOf":3}"#, "1e1000", false), (#"{"multipleOf":5e-324}"#, "1e308", true),
        (#"{"maximum":9007199254740993}"#, "9007199254740993", true),
        (#"{"maximum":9007199254740992}"#, "9007199254740993", false),
        (#"{"exclusiveMinimum":0.1}"#, "0.10000000000000000001", true),
        (#"{"minimum":-0.0}"#, "-0", true), (#"{"type":"integer"}"#, "1.50e1", true),
        (#"{"type":"integer"}"#, "1.5", false), (#"{"const":1}"#, "1.00", true), (#"{"enum":[10]}"#, "1e1", true),
        (#"{"uniqueItems":true}"#, #"[{"a":1,"b":2},{"b":2.0,"a":1}]"#, false),
        (#"{"uniqueItems":true}"#, "[1,true,\"1\",[1],0,false,null]", true),
        (#"{"maxLength":1}"#, #""\ud83d\ude00""#, true), (#"{"properties":{"a\"b":false}}"#, #"{"a\u0022b":1}"#, false),
        (#"{"required":["a"]}"#, #"{"\u0061":1}"#, true),
        (#"{"properties":{"a":{"const":2}}}"#, #"{"a":1,"a":2}"#, true),
        (#"{"maxProperties":1}"#, #"{"a":1,"a":2}"#, true),
        (#"{"propertyNames":{"unevaluatedProperties":false,"maxLength":1}}"#, #"{"a":1,"b":{}}"#, true),
    ])
    func valuesAreExact(schema: String, value: String, fits: Bool) throws {
        #expect(try self.schema(schema).isValid(try self.value(value)) == fits)
    }

    @Test func violationsSayWhereAndWhatWithoutTheValue() throws {
        let schema = try schema(
            #"""
            {"$id":"https://example.org/s","properties":{"a/b":{"items":{"$ref":"#/$defs/n"}},"c":{"anyOf":[false,{"type":"null"}]}},
             "required":["d","e"],"additionalProperties":false,"$defs":{"n":{"type":["integer","null"],"minimum":0}}}
            """#
        )
        let found = schema.violations(in: try value(#"{"a/b":[1,"secret",-1],"c":"secret","x":1}"#))
        #expect(
            found.map { "\($0.keyword) \($0.instanceLocation) \($0.schemaLocation)" } == [
                "type /a~1b/1 https://example.org/s#/$defs/n/type",
                "minimum /a~1b/2 https://example.org/s#/$defs/n/minimum",
                "anyOf /c https://example.org/s#/properties/c/anyOf",
                "additionalProperties /x https://example.org/s#/additionalProperties",
                "required  https://example.org/s#/required", "required  https://example.org/s#/required",
            ]
        )
        #expect(found.compactMap(\.missing) == ["d", "e"])
        #expect(!found.contains { $0.message.contains("secret") })
        #expect(found[0].message == "must be an integer or null, is a string")
    }

    @Test func violationsAreBounded() throws {
        let schema = try schema(#"{"items":{"type":"null"}}"#, JSONSchemaOptions(maxViolations: 3))
        #expect(schema.violations(in: try value("[1,2,3,4,5]")).count == 3)
    }

    @Test(arguments: [
        ##"{"$ref":"#"}"##, ##"{"allOf":[{"$ref":"#"}]}"##, ##"{"not":{"$ref":"#"}}"##,
        ##"{"$dynamicAnchor":"a","$dynamicRef":"#a"}"##,
    ])
    func schemasThatNeverEndAreNotValid(text: String) throws {
        let schema = try schema(text)
        #expect(!schema.isValid(try value("1")))
        #expect(schema.violations(in: try value("1")).count == 1)
    }

    @Test func schemasThatDoubleAtEachStepStop() throws {
        let steps = (0..<40).map { step in
            ##""s\##(step)":{"allOf":[{"$ref":"#/$defs/s\##(step + 1)"},{"$ref":"#/$defs/s\##(step + 1)"}]}"##
        }
        let text = ##"{"$ref":"#/$defs/s0","$defs":{\##(steps.joined(separator: ",")),"s40":true}}"##
        let schema = try schema(text, JSONSchemaOptions(maxSteps: 10_000))
        #expect(!schema.isValid(try value("1")))
    }

    @Test func deepValuesAreChecked() throws {
        let schema = try schema(##"{"items":{"$ref":"#"},"type":"array"}"##)
        let deep = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
        #expect(schema.isValid(try value(deep)))
    }

    @Test(arguments: [
        (#"{"type":"strin"}"#, "/type"), (#"{"required":"a"}"#, "/required"), (#"{"minLength":-1}"#, "/minLength"),
        (#"{"minLength":1.5}"#, "/minLength"), (#"{"properties":{"a":1}}"#, "/properties/a"),
        (#"{"allOf":[]}"#, "/allOf"), (#"{"multipleOf":0}"#, "/multipleOf"), (##"{"$ref":"#/nowhere"}"##, "/$ref"),
        (#"{"$ref":"https://example.org/other"}"#, "/$ref"), (#"{"pattern":"a{2,1}"}"#, "/pattern"),
        (#"{"patternProperties":{"(":true}}"#, "/patternProperties"), (#"{"$anchor":"1"}"#, "/$anchor"),
        (#"{"$schema":"http://json-schema.org/draft-07/schema#"}"#, "/$schema"), ("1", ""),
        (#"{"enum":1}"#, "/enum"), (#"{"uniqueItems":1}"#, "/uniqueItems"), (#"{"format":1}"#, "/format"),
    ])
    func faultsOfSchemasAreNamed(text: String, pointer: String) throws {
        let error = #expect(throws: JSONSchemaErrors.self) { try schema(text) }
        #expect(error?.issues.map(\.pointer) == [pointer])
    }

    @Test func suppliedDocumentsAndMetaSchemasAreFollowed() throws {
        let documents: [String: JSONValue] = ["https://example.org/n": ["$anchor": "n", "type": "number"]]
        let schema = try schema(#"{"$ref":"https://example.org/n#n"}"#, JSONSchemaOptions(documents: documents))
        #expect(schema.isValid(try value("1")))
        #expect(!schema.isValid(try value("\"a\"")))
        let meta = try self.schema(#"{"$ref":"https://json-schema.org/draft/2020-12/schema"}"#)
        #expect(meta.isValid(try value(#"{"properties":{"a":{"type":["string"]}}}"#)))
        #expect(!meta.isValid(try value(#"{"properties":{"a":{"type":"text"}}}"#)))
    }

    @Test func formatsCheckOnlyWhenTheyAreAsserted() throws {
        let text = #"{"format":"ipv4"}"#
        #expect(try schema(text).isValid(try value("\"no\"")))
        #expect(try !schema(text, JSONSchemaOptions(formats: .asserted)).isValid(try value("\"no\"")))
        #expect(try schema(text, JSONSchemaOptions(formats: .asserted)).isValid(try value("\"192.0.2.1\"")))
    }

    /// A pattern that takes a backtracking search exponential time.
    @Test(.timeLimit(.minutes(10))) func hostilePatternsTakeLinearTime() throws {
        let schema = try schema(#"{"pattern":"^(?=(a+)+$)(a|a)*(a*)*b$"}"#)
        #expect(!schema.isValid(try value("\"\(String(repeating: "a", count: 20_000))\"")))
    }
}

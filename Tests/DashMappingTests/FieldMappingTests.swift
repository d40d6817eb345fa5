import DashMapping
import DashModel
import Testing

@Suite struct FieldMappingTests {
    @Test(arguments: [
        // Names, depth, indices, order, nested and escaped targets.
        (
            #"[{"target":"x","source":"$.a"},{"target":"y","source":"$.b.c"},{"target":"z","source":"$.l[1]"}]"#,
            #"{"l":[1,2],"b":{"c":"v"},"a":true}"#, #"{"x":true,"y":"v","z":2}"#
        ),
        (
            #"[{"target":"o.a","source":"$.a"},{"target":"t","source":"$.t"},{"target":"o.p.b","source":"$.b"}]"#,
            #"{"a":1,"b":2,"t":3}"#, #"{"o":{"a":1,"p":{"b":2}},"t":3}"#
        ),
        (#"[{"target":"o.p.b","source":"$.b"},{"target":"q","source":"$.q"}]"#, #"{"q":1}"#, #"{"q":1}"#),
        (#"[{"target":"o.p.b","source":"$.b"}]"#, #"{"q":1}"#, #"{}"#),
        (#"[{"target":"a\\.b","source":"$['x\"y']"}]"#, #"{"x\"y":1}"#, #"{"a.b":1}"#),
        (#"[{"target":"q\"","source":"$.a"}]"#, #"{"\u0061":1}"#, #"{"q\"":1}"#),
        (#"[{"target":"r","source":"$"}]"#, #"{"a":{"b":1}}"#, #"{"r":{"a":{"b":1}}}"#),
        (#"[{"target":"r","source":"$.l[-1]"}]"#, #"{"l":[1,2,3]}"#, #"{"r":[3]}"#),
        // Repeated keys and white space do not survive a copy.
        (
            #"[{"target":"r","source":"$.o"}]"#, #"{"o":{"a":1, "a":[ 2 ]},"o":{"k":1,"k":{"x" : 2}}}"#,
            #"{"r":{"k":{"x":2}}}"#
        ),
        // Missing, null, default.
        (
            #"[{"target":"x","source":"$.a","default":5},{"target":"y","source":"$.b","default":{"k":[1]}}]"#,
            #"{"a":null}"#, #"{"x":5,"y":{"k":[1]}}"#
        ),
        (#"[{"target":"x","source":"$.a","type":"integer"}]"#, #"{"a":null}"#, #"{"x":null}"#),
        (#"[{"target":"x","default":"fixed"}]"#, #"{}"#, #"{"x":"fixed"}"#),
        // Paths to several values.
        (#"[{"target":"ids","source":"$.items[*].id"}]"#, #"{"items":[{"id":1},{"id":"b"},{}]}"#, #"{"ids":[1,"b"]}"#),
        (
            #"[{"target":"ids","source":"$.items[*].id","type":"string"}]"#, #"{"items":[{"id":1},{"id":"b"}]}"#,
            #"{"ids":["1","b"]}"#
        ),
        (#"[{"target":"all","source":"$..n"}]"#, #"{"n":{"n":[ 1 ]}}"#, #"{"all":[{"n":[1]},[1]]}"#),
        (#"[{"target":"none","source":"$.x[*]"}]"#, #"{"x":[]}"#, #"{}"#),
        (#"[{"target":"big","source":"$.l[?@.v > 1].v"}]"#, #"{"l":[{"v":1},{"v":2}]}"#, #"{"big":[2]}"#),
    ])
    func maps(mappings: String, input: String, expected: String) throws {
        let flat = try MappingCase(#"{"mappings":\#(mappings)}"#, input)
        #expect(flat.text == expected)
        // The long way must give the same.
        let change = #"[{"kind":"drop","fields":["no such field"]}]"#
        let tree = try MappingCase(#"{"mappings":\#(mappings),"transformations":\#(change)}"#, input)
        #expect(tree.text == expected)
    }

    @Test(arguments: [
        ("string", "1.50", #""1.50""#), ("string", "true", #""true""#), ("string", #""a\n""#, #""a\n""#),
        ("integer", "12", "12"), ("integer", #""12""#, "12"), ("integer", #"" +007 ""#, "7"), ("integer", "12.0", "12"),
        ("integer", "1e3", "1000"), ("integer", "true", "1"), ("integer", #""-4.0""#, "-4"),
        ("integer", "12345678901234567890123", "12345678901234567890123"),
        ("integer", "1e17", "100000000000000000"), ("integer", "9007199254740993.0", "9007199254740993"),
        ("integer", #""-9223372036854775808.00""#, "-9223372036854775808"), ("integer", "120e-1", "12"),
        ("integer", "0e99", "0"),
        ("number", #""12.50""#, "12.50"), ("number", #"".5""#, "0.5"), ("number", "1E5", "1E5"),
        ("number", "false", "0"),
        ("number", #""+1.""#, "1"), ("boolean", #""YES""#, "true"), ("boolean", "0", "false"), ("boolean", "1", "true"),
        ("boolean", "false", "false"), ("any", #"{"a":[1]}"#, #"{"a":[1]}"#), ("json", "null", "null"),
        ("timestamp", #""2026-11-21T04:48:52.5Z""#, #""2026-11-21T04:48:52.5Z""#),
        ("timestamp", #""2026-11-21T05:48:52.500+01:00""#, #""2026-11-21T04:48:52.5Z""#),
        ("timestamp", #""2026-11-21 04:48:52""#, #""2026-11-21T04:48:52Z""#),
        ("timestamp", #""2026-11-21""#, #""2026-11-21T00:00:00Z""#),
    ])
    func casts(type: String, value: String, expected: String) throws {
        let mapping = #"{"mappings":[{"target":"x","source":"$.v","type":"\#(type)"}]}"#
        #expect(try MappingCase(mapping, #"{"v":\#(value)}"#).text == #"{"x":\#(expected)}"#)
        let change = #"{"transformations":[{"kind":"cast","field":"v","type":"\#(type)"}]}"#
        #expect(try MappingCase(change, #"{"v":\#(value)}"#).text == #"{"v":\#(expected)}"#)
    }

    @Test(arguments: [
        ("integer", "1.0000000000000000001"), ("integer", #""0.99999999999999999999""#), ("integer", #""1e-400""#),
        ("integer", "1e19"), ("integer", "9223372036854775808.0"), ("integer", "1e9999"),
        ("integer", "1.5"), ("integer", #""1.5""#), ("integer", #""abc""#), ("integer", "[1]"), ("number", #""""#),
        ("number", #""1,5""#), ("number", #""0x10""#), ("number", #""inf""#), ("number", "{}"), ("boolean", "2"),
        ("boolean", #""maybe""#),
        ("string", "[1]"), ("string", "{}"), ("timestamp", #""yesterday""#), ("timestamp", "true"),
        ("timestamp", #""2026-02-30T00:00:00Z""#), ("timestamp", "99999999999999999999"),
        ("timestamp", "20240115"), ("timestamp", #""20240115""#), ("timestamp", #""2024""#), ("timestamp", #""0x10""#),
        ("timestamp", "0"), ("timestamp", "1795236532"), ("timestamp", #""1795236532.5""#),
    ])
    func refusesToLoseValues(type: String, value: String) throws {
        let mapping = #"{"mappings":[{"target":"x","source":"$.v","type":"\#(type)"}]}"#
        let result = try MappingCase(mapping, #"{"v":\#(value)}"#)
        let refused = try #require(result.output.refused.first)
        #expect(result.output.records.isEmpty)
        #expect(refused.rule == "type")
        #expect(refused.field == "x")
        #expect(String(decoding: refused.data, as: UTF8.self) == #"{"v":\#(value)}"#)
    }

    @Test func requiredFieldsAndOddRecordsAreRefusedWithReasons() throws {
        let mapping = #"{"mappings":[{"target":"n.id","source":"$.id","required":true}]}"#
        let result = try MappingCase(mapping, #"[{"id":1},{},{"id":null},5,[1],"secret",null]"#)
        #expect(result.text == #"{"n":{"id":1}}"#)
        #expect(
            result.output.refused.map(\.reason) == [
                "n.id is missing", "n.id is null", "a record must be an object, this is a number",
                "a record must be an object, this is an array", "a record must be an object, this is a string",
                "a record must be an object, this is null",
            ]
        )
        #expect(result.output.refused.map(\.rule) == ["required", "required", "record", "record", "record", "record"])
    }

    @Test func withoutMappingsRecordsStayAsTheyCame() throws {
        let input = "[{\"b\": 1, \"a\":[ ]},{\"n\":1.10,\"s\":\"\\u0041\"},{\"k\":1,\"k\":2}]"
        let result = try MappingCase("{}", input)
        #expect(result.text == "{\"b\":1,\"a\":[]}\n{\"n\":1.10,\"s\":\"A\"}\n{\"k\":2}")
    }

    @Test func shapesMayChangeFromRecordToRecord() throws {
        let mapping = #"{"mappings":[{"target":"x","source":"$.a.b"},{"target":"y","source":"$.c"}]}"#
        let input =
            #"[{"a":{"b":1},"c":2},{"c":3,"a":{"z":0,"b":4}},{"q":{"b":9},"a":5,"c":{"c":1}},{"a":{"a":{"b":7}},"z":{"c":1}},{"a":{"b":1},"c":2,"a":{"b":8}}]"#
        let expected = """
            {"x":1,"y":2}
            {"x":4,"y":3}
            {"y":{"c":1}}
            {}
            {"x":8,"y":2}
            """
        #expect(try MappingCase(mapping, input).text == expected)
    }
}

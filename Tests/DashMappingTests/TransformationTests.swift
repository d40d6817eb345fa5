import DashMapping
import DashModel
import Testing

@Suite struct TransformationTests {
    @Test(arguments: [
        (#"[{"kind":"rename","from":"a","to":"b"}]"#, #"{"x":0,"a":1,"c":2}"#, #"{"x":0,"b":1,"c":2}"#),
        (#"[{"kind":"rename","from":"a","to":"b"}]"#, #"{"b":null,"a":1}"#, #"{"b":1}"#),
        (#"[{"kind":"rename","from":"a.b","to":"c"}]"#, #"{"a":{"b":1,"d":2}}"#, #"{"a":{"d":2},"c":1}"#),
        (#"[{"kind":"rename","from":"a","to":"o.p"}]"#, #"{"a":1,"o":{"q":2}}"#, #"{"o":{"q":2,"p":1}}"#),
        (#"[{"kind":"rename","from":"no","to":"b"}]"#, #"{"a":1}"#, #"{"a":1}"#),
        (#"[{"kind":"rename","from":"a","to":"a"}]"#, #"{"a":1}"#, #"{"a":1}"#),
        (#"[{"kind":"drop","fields":["a","o.x","no.where"]}]"#, #"{"a":1,"o":{"x":1,"y":2}}"#, #"{"o":{"y":2}}"#),
        (
            #"[{"kind":"keep","fields":["o.y","a"]}]"#, #"{"o":{"x":1,"y":2},"b":3,"a":1,"p":{"q":1}}"#,
            #"{"o":{"y":2},"a":1}"#
        ),
        (
            #"[{"kind":"flatten"}]"#, #"{"a":{"b":{"c":1},"d":[{"e":2}]},"f":{}}"#,
            #"{"a_b_c":1,"a_d":[{"e":2}],"f":{}}"#
        ),
        (#"[{"kind":"flatten","separator":"."}]"#, #"{"a":{"b\n":1}}"#, #"{"a.b\n":1}"#),
        (#"[{"kind":"flatten","field":"a"}]"#, #"{"a":{"b":1},"c":{"d":1}}"#, #"{"a_b":1,"c":{"d":1}}"#),
        (#"[{"kind":"flatten"}]"#, #"{"a_b":null,"a":{"b":2}}"#, #"{"a_b":2}"#),
        (
            #"[{"kind":"explode","field":"l"}]"#, #"{"id":1,"l":[1,"b",{"c":2}]}"#,
            "{\"id\":1,\"l\":1}\n{\"id\":1,\"l\":\"b\"}\n{\"id\":1,\"l\":{\"c\":2}}"
        ),
        (
            #"[{"kind":"explode","field":"l"}]"#, #"[{"id":1,"l":[]},{"id":2},{"id":3,"l":4}]"#,
            "{\"id\":1}\n{\"id\":2}\n{\"id\":3,\"l\":4}"
        ),
        (
            #"[{"kind":"explode","field":"l","merge":true}]"#, #"{"id":1,"l":[{"a":1},{"n":2},3]}"#,
            "{\"id\":1,\"a\":1}\n{\"id\":1,\"n\":2}\n{\"id\":1,\"l\":3}"
        ),
        (
            #"[{"kind":"explode","field":"o.l"},{"kind":"rename","from":"o.l.v","to":"v"},{"kind":"drop","fields":["o"]}]"#,
            #"{"o":{"l":[{"v":1},{"v":2}]}}"#, "{\"v\":1}\n{\"v\":2}"
        ),
        (
            #"[{"kind":"explode","field":"a"},{"kind":"explode","field":"b"}]"#, #"{"a":[1,2],"b":[3,4]}"#,
            "{\"a\":1,\"b\":3}\n{\"a\":1,\"b\":4}\n{\"a\":2,\"b\":3}\n{\"a\":2,\"b\":4}"
        ),
        (
            #"[{"kind":"cast","field":"a","type":"integer"},{"kind":"cast","field":"no","type":"string"}]"#,
            #"{"a":"5","b":null}"#, #"{"a":5,"b":null}"#
        ),
        (
            #"[{"kind":"constant","field":"c","value":{"x":[1, 2]}},{"kind":"constant","field":"a","value":null}]"#,
            #"{"a":1}"#,
            #"{"a":null,"c":{"x":[1,2]}}"#
        ),
        (
            #"[{"kind":"constant","field":"c","value":{"x":1,"y":{"z":2}}},{"kind":"rename","from":"c.y.z","to":"d"},{"kind":"flatten"}]"#,
            #"{}"#,
            #"{"c_x":1,"c_y":{},"d":2}"#
        ),
        (#"[{"kind":"rename","from":"k","to":"j"}]"#, #"{"k":1,"\u006b":{"a":1,"a":2}}"#, #"{"j":{"a":2}}"#),
    ])
    func transforms(changes: String, input: String, expected: String) throws {
        let result = try MappingCase(#"{"transformations":\#(changes)}"#, input)
        #expect(result.text == expected)
        #expect(result.output.refused.isEmpty)
    }

    @Test func explodeKeepsTheBalance() throws {
        let definition =
            #"{"transformations":[{"kind":"explode","field":"l"}],"rules":[{"kind":"type","field":"l","type":"integer"}]}"#
        let result = try MappingCase(definition, #"[{"l":[1,2,3]},{"l":[4,"x",5]},{"l":6}]"#)
        #expect(result.text == "{\"l\":1}\n{\"l\":2}\n{\"l\":3}\n{\"l\":6}")
        #expect(result.output.received == 3)
        #expect(result.output.refused.count == 1)
        #expect(result.output.surplus == 2)
        #expect(String(decoding: result.output.refused[0].data, as: UTF8.self) == #"{"l":[4,"x",5]}"#)
    }

    @Test func explodingTooMuchIsRefused() throws {
        let list = "[\(Array(repeating: "0", count: 200).joined(separator: ","))]"
        let definition = #"{"transformations":[{"kind":"explode","field":"a"},{"kind":"explode","field":"b"}]}"#
        let result = try MappingCase(definition, #"{"a":\#(list),"b":\#(list)}"#)
        #expect(result.output.records.isEmpty)
        #expect(result.output.refused.map(\.rule) == ["explode"])
    }

    @Test func aFieldInsideAScalarIsRefused() throws {
        let result = try MappingCase(#"{"transformations":[{"kind":"constant","field":"a.b","value":1}]}"#, #"{"a":5}"#)
        #expect(result.output.refused.map(\.reason) == ["a.b can't be set, because part of its path is a number"])
    }

    @Test func mappingsComeFirst() throws {
        let definition =
            #"{"mappings":[{"target":"u.ids","source":"$.l[*].id"},{"target":"k","source":"$.k"}],"transformations":[{"kind":"explode","field":"u.ids"},{"kind":"flatten"}]}"#
        #expect(
            try MappingCase(definition, #"{"l":[{"id":1},{"id":2}],"k":"v"}"#).text
                == "{\"u_ids\":1,\"k\":\"v\"}\n{\"u_ids\":2,\"k\":\"v\"}"
        )
    }
}

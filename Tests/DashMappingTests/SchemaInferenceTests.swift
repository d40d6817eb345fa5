import DashJSON
import DashMapping
import Testing

@Suite struct SchemaInferenceTests {
    private func infer(_ body: String, from start: SchemaInference = SchemaInference()) throws -> SchemaInference {
        var inference = start
        inference.add(try RecordsDecoder().decode(Array(body.utf8)))
        return inference
    }

    @Test func learnsTypesPropertiesAndFormats() throws {
        let body =
            #"[{"id":1,"at":"2026-11-21T04:48:52Z","tags":["a"],"u":{"n":null}},{"id":2.5,"at":"2026-11-21T05:48:52+01:00","tags":[1],"u":{"n":"x"},"new":true}]"#
        let expected =
            #"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"id":{"type":"number"},"at":{"type":"string","format":"date-time"},"tags":{"type":"array","items":{"type":["string","integer"]}},"u":{"type":"object","properties":{"n":{"type":["string","null"]}},"required":["n"]},"new":{"type":"boolean"}},"required":["id","at","tags","u"]}"#
        #expect(try infer(body).schema.text == expected)
    }

    @Test(arguments: [
        #"[{"a":1},{"b":"2026-11-21T04:48:52Z"},{"a":null,"b":"x"}]"#, #"[{"o":{"x":[[1],[{"y":2}]]}},{"o":5}]"#, "[]",
        "[{}]",
        #"[{"a":[]},{"a":[1.5]},{"a":[1,"x"]}]"#,
    ])
    func samplesAddedTwiceChangeNothing(body: String) throws {
        let once = try infer(body)
        #expect(try infer(body, from: once).schema == once.schema)
        #expect(SchemaInference(continuing: once.schema).schema == once.schema)
        #expect(try infer(body, from: SchemaInference(continuing: once.schema)).schema == once.schema)
        var merged = SchemaInference()
        merged.merge(once)
        merged.merge(once)
        #expect(merged.schema == once.schema)
    }
}

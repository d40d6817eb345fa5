import DashJSON
import DashMapping
import Testing

@Suite struct SchemaDriftTests {
    private func records(_ text: String) throws -> DecodedRecords { try RecordsDecoder().decode(Array(text.utf8)) }

    @Test func whatDiffersIsNamedAndTakenIn() throws {
        var inference = SchemaInference()
        inference.add(try records(#"[{"id":1,"at":"2026-11-21T04:48:52Z","user":{"name":"a"},"tags":[1]}]"#))
        let later = try records(#"[{"id":"x","at":"today","user":{"age":3},"tags":["b"]}]"#)
        let drift = SchemaDrift(of: later, from: inference.schema)
        #expect(
            Set(drift.changes.map { "\($0.kind.rawValue) \($0.path)" }) == [
                "type id", "format at", "added user.age", "optional user.name", "type tags[]",
            ]
        )
        let widened = try JSONSchema(drift.schema)
        for root in later.roots { #expect(widened.isValid(later.document.view(root))) }
    }

    @Test func keywordsOfPeopleStay() throws {
        let schema: JSONValue = ["properties": ["n": ["type": "integer", "minimum": 0]], "title": "mine"]
        let drift = SchemaDrift(of: try records(#"[{"n":1.5}]"#), from: schema)
        #expect(drift.schema["title"] == "mine")
        #expect(drift.schema["properties"]?["n"]?["minimum"] == 0)
        #expect(drift.schema["properties"]?["n"]?["type"] == "number")
    }

    @Test func nothingDiffersFromItself() throws {
        let sample = try records(#"[{"id":1,"user":{"name":"a"},"tags":[1,2]}]"#)
        var inference = SchemaInference()
        inference.add(sample)
        let drift = SchemaDrift(of: sample, from: inference.schema)
        #expect(drift.changes.isEmpty)
        #expect(drift.schema == inference.schema)
        #expect(
            try JSONSchema(["$ref": "https://json-schema.org/draft/2020-12/schema"]).isValid(
                try #require(try JSONDocument(parsing: drift.schema.encoded()).root)
            )
        )
    }
}

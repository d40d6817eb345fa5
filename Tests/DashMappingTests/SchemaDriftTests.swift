import DashJSON
import DashMapping
import TestSupport
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

    @Test("what was seen once fits from then on, whatever comes later")
    func converges() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        let payloads = try (0..<500).map { _ in try records("[\(Self.object(&random, depth: 0))]") }
        var inference = SchemaInference()
        inference.add(try #require(payloads.first))
        var schema = inference.schema
        func fits(_ payload: DecodedRecords) throws -> Bool {
            let compiled = try JSONSchema(schema, options: JSONSchemaOptions(formats: .asserted))
            return payload.roots.allSatisfy { compiled.isValid(payload.document.view($0)) }
        }
        for payload in payloads where try !fits(payload) {
            schema = SchemaDrift(of: payload, from: schema).schema
            #expect(try fits(payload), "seed \(seed)")
        }
        let compiled = try JSONSchema(schema, options: JSONSchemaOptions(formats: .asserted))
        let misfits = payloads.filter { payload in !compiled.isValid(payload.document.view(payload.roots[0])) }
        #expect(misfits.isEmpty, "seed \(seed): \(misfits.count) misfits, \(schema.text.prefix(2_000))")
    }

    private static func object(_ random: inout SeededGenerator, depth: Int) -> String {
        let keys = ["id", "name", "at", "user", "tags", "items", "x", "y"].filter { _ in Bool.random(using: &random) }
        return "{" + keys.map { "\"\($0)\":\(value(&random, depth: depth + 1))" }.joined(separator: ",") + "}"
    }

    private static func value(_ random: inout SeededGenerator, depth: Int) -> String {
        switch Int.random(in: 0..<(depth > 3 ? 7 : 10), using: &random) {
        case 0: return "null"
        case 1: return "true"
        case 2: return "\(Int.random(in: 0..<9, using: &random))"
        case 3: return "1.5"
        case 4: return "\"text\""
        case 5: return "\"2026-11-21T04:48:52Z\""
        case 6: return Bool.random(using: &random) ? "{}" : "[]"
        case 7:
            let count = Int.random(in: 0..<3, using: &random)
            return "[" + (0..<count).map { _ in value(&random, depth: depth + 1) }.joined(separator: ",") + "]"
        default: return object(&random, depth: depth)
        }
    }

    @Test("what was open stays open, and fields are still learnt")
    func staysOpen() throws {
        let schema: JSONValue = [
            "type": "object", "properties": ["list": ["type": "array"], "any": [:], "n": ["type": "integer"]],
        ]
        let drift = SchemaDrift(of: try records(#"[{"n":"x","list":[1],"any":1,"new":{"deep":true}}]"#), from: schema)
        #expect(drift.changes.map(\.kind) == [.type, .added])
        let widened = try JSONSchema(drift.schema)
        let others = try records(#"[{"n":2,"list":["a",{}],"any":"text","new":7}]"#)
        #expect(widened.isValid(others.document.view(others.roots[0])))
        #expect(drift.schema["properties"]?["new"]?["properties"]?["deep"] == [:])
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

import DashJSON
import DashMapping
import TestSupport
import Testing

/// Records are stored with keys and strings in one spelling, and numbers with their digits.
@Suite struct CanonicalSpellingTests {
    private static let odd =
        #"{"temp\u00e9rature":21.50,"km\/h":"a\/b\u0041\n\u000a\u001F\"\u0022","o":{"\u0061":["\u00E9",1e0]}}"#
    private static let canonical =
        "{\"temp\u{e9}rature\":21.50,\"km/h\":\"a/bA\\n\\n\\u001f\\\"\\\"\",\"o\":{\"a\":[\"\u{e9}\",1e0]}}"

    @Test(
        "whatever the mapping does",
        arguments: [
            "{}", #"{"transformations":[{"kind":"drop","fields":["missing"]}]}"#,
            #"{"rules":[{"kind":"unique","field":"km/h"}]}"#,
            """
            {"mappings":[{"target":"temp\u{e9}rature","source":"$['temp\u{e9}rature']"},\
            {"target":"km/h","source":"$['km/h']"},{"target":"o","source":"$.o"}]}
            """,
        ]
    )
    func spelling(_ definition: String) throws {
        #expect(try MappingCase(definition, Self.odd).text == Self.canonical)
    }

    @Test func whatIsCanonicalIsKeptToTheByte() throws {
        let text = #"{"a":"\b\f\n\r\t\\\"\u001f\#u{7f}/","b":[1.0,-0,1E5,{"c\n":null}]}"#
        #expect(try MappingCase("{}", text).text == text)
        let document = try JSONDocument(parsing: Array(text.utf8))
        #expect(document.root.map { document.nodes[$0.node].flags.contains(.rough) } == false)
    }

    @Test func rulesLookAtAllDigits() throws {
        let range = #"{"rules":[{"kind":"range","field":"k","min":-9007199254740992,"max":9007199254740992}]}"#
        let input =
            "["
            + ["9007199254740992", "9007199254740993", "-9007199254740992.0", "-9007199254740993", "1"]
            .map { "{\"k\":\($0)}" }.joined(separator: ",") + "]"
        #expect(try MappingCase(range, input).output.refused.count == 2)
        let type = #"{"rules":[{"kind":"type","field":"k","type":"integer"}]}"#
        #expect(
            try MappingCase(type, #"[{"k":9007199254740993.5},{"k":9007199254740993.0}]"#).output.refused.count == 1
        )
    }

    @Test func randomTextsKeepTheirValue() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in Self.letter(&random) }.joined()
            let input = "{\"\(text)\":[\"\(text)\",{\"k\":\"\(text)\"}]}"
            let value = try JSONValue(parsing: input)
            #expect(try MappingCase("{}", input).text == value.text, "seed \(seed)")
        }
    }

    private static func letter(_ random: inout SeededGenerator) -> String {
        let letters = [
            "a", "/", "\\/", "\\\\", "\\\"", "\\n", "\\u000A", "\\u0061", "\\u00e9", "\u{e9}", "\\ud83d\\ude00",
            "\u{1F600}",
            "\\u001f", "\\u001F", "\\u007f", "\\u2028", "e\u{301}",
        ]
        return letters.randomElement(using: &random) ?? "a"
    }

    @Test func uniquenessAndLookupsGoByValue() throws {
        let unique = #"{"rules":[{"kind":"unique","field":"k"}]}"#
        let input =
            #"[{"k":[1,{"a":1,"b":2}]},{"k":[1.0,{"b":2e0,"a":1}]},{"k":"\u0061"},{"k":"a"},{"k":1e0},{"k":1.0}]"#
        #expect(try MappingCase(unique, input).output.refused.count == 3)
        let ids =
            #"[{"k":1269943055849660418},{"k":1269943055849660419},{"k":0.12345678901234567890},{"k":0.12345678901234567891}]"#
        #expect(try MappingCase(unique, ids).output.refused.isEmpty)
        let lookup = #"{"transformations":[{"kind":"lookup","field":"k","table":{"1":"one","2.50":"half"}}]}"#
        #expect(try MappingCase(lookup, #"[{"k":1.0},{"k":2.50}]"#).text == "{\"k\":\"one\"}\n{\"k\":\"half\"}")
        let filter = #"{"mappings":[{"target":"v","source":"$.l[?@.id==1269943055849660418].v"}]}"#
        let list =
            #"{"l":[{"id":1269943055849660418,"v":1},{"id":1269943055849660419,"v":2},{"id":1269943055849660418.0,"v":3}]}"#
        #expect(try MappingCase(filter, list).text == #"{"v":[1,3]}"#)
    }
}

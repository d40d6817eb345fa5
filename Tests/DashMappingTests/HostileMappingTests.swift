import DashJSON
import DashMapping
import DashModel
import TestSupport
import Testing

/// Definitions and bodies made to be slow together must end soon all the same.
@Suite struct HostileMappingTests {
    @Test(arguments: [
        "$[?match(@, '((((a{0,99}){99}){99}){99}){99}')]", "$[?search(@, '(()*)*(((){999}){999}){999}')]",
        "$[?search(@, '(a|a)*(a|a)*(a|a)*b')]", "$..[?@..[?@..a]]", "$..*..*..*..a",
    ])
    func pathsEndSoon(path: String) throws {
        let letters = "\"\(String(repeating: "a", count: 2_000))\""
        let nested = String(repeating: "[1,", count: 200) + letters + String(repeating: "]", count: 200)
        let document = try JSONDocument(parsing: Array("[\(letters),\(nested)]".utf8))
        let path = try JSONPath(path)
        #expect(ProcessorTime.of { _ = try? path.nodes(in: document, from: 0, visits: 100_000) } < .seconds(60))
    }

    @Test func aSearchBeyondItsStepsFails() throws {
        let document = try JSONDocument(
            parsing: Array("[\(Array(repeating: "[[[1]]]", count: 100).joined(separator: ","))]".utf8)
        )
        let path = try JSONPath("$[?count($..*) > 1]")
        #expect(throws: JSONPathError.self) { try path.nodes(in: document, from: 0, visits: 1_000) }
        #expect(try path.nodes(in: document, from: 0).count == 100)
    }

    @Test(arguments: [
        #"[{"kind":"flatten"}]"#, #"[{"kind":"keep","fields":["1","2.a"]}]"#, #"[{"kind":"explode","field":"l"}]"#,
        #"[{"kind":"explode","field":"l"},{"kind":"explode","field":"m","merge":true},{"kind":"flatten"}]"#,
    ])
    func largeRecordsEndSoon(changes: String) throws {
        let members = (0..<5_000).map { "\"\($0)\":{\"a\":1}" }.joined(separator: ",")
        let list = "[\(Array(repeating: "{\"q\":1}", count: 300).joined(separator: ","))]"
        let record = #"{"l":\#(list),"m":\#(list),\#(members)}"#
        let cost = try ProcessorTime.of { _ = try MappingCase(#"{"transformations":\#(changes)}"#, record) }
        #expect(cost < .seconds(120))
    }

    @Test func deepRecordsDoNotOverflow() throws {
        let deep = String(repeating: #"{"a":"#, count: 500) + "1" + String(repeating: "}", count: 500)
        let result = try MappingCase(#"{"transformations":[{"kind":"flatten"}]}"#, deep)
        #expect(result.output.records.count == 1)
    }
}

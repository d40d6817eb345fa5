import DashJSON
import DashMapping
import DashModel
import Testing

@Suite struct RecordsDecoderTests {
    private func decode(
        _ body: String,
        _ framing: RecordsDecoder.Framing = .auto,
        path: String? = nil
    ) throws -> [String] {
        let decoder = RecordsDecoder(framing: framing, path: try path.map { try JSONPath($0) })
        let records = try decoder.decode(Array(body.utf8))
        return records.roots.map { records.document.view($0).value.text }
    }

    @Test(
        arguments: [
            (#"{"a":1}"#, RecordsDecoder.Framing.auto, nil, [#"{"a":1}"#]),
            (#"[{"a":1},2]"#, .auto, nil, [#"{"a":1}"#, "2"]),
            ("[]", .auto, nil, []), ("{}\n{}\n", .auto, nil, ["{}", "{}"]), ("[1]\n[2]", .auto, nil, ["[1]", "[2]"]),
            ("[1,2]\n", .lines, nil, ["[1,2]"]), ("", .lines, nil, []), ("[[1],[2]]", .json, nil, ["[1]", "[2]"]),
            (#"{"items":[{"a":1},{"a":2}]}"#, .auto, "$.items[*]", [#"{"a":1}"#, #"{"a":2}"#]),
            (#"{"items":[{"a":1},{"a":2}]}"#, .auto, "$.items", [#"{"a":1}"#, #"{"a":2}"#]),
            (#"{"items":[{"a":1}]}"#, .json, "$.items[*]", [#"{"a":1}"#]), (#"{"items":[]}"#, .json, "$.items", []),
            (#"{}"#, .json, "$.items", []),
            ("{\"d\":{\"x\":1}}\n{\"d\":{\"x\":2}}", .auto, "$.d", [#"{"x":1}"#, #"{"x":2}"#]),
        ] as [(String, RecordsDecoder.Framing, String?, [String])]
    )
    func findsRecords(body: String, framing: RecordsDecoder.Framing, path: String?, expected: [String]) throws {
        #expect(try decode(body, framing, path: path) == expected)
    }

    @Test(arguments: [
        ("", RecordsDecoder.Framing.auto), ("", .json), ("  ", .auto), ("{}\n{}", .json), ("{} {}", .auto),
        ("{", .lines), ("[{},]", .json), ("[{},", .auto), ("{\n\"a\":{},\n\"b\":oops\n}", .auto),
    ])
    func refuses(body: String, framing: RecordsDecoder.Framing) {
        #expect(throws: RecordsDecoder.Failure.self) { try decode(body, framing) }
    }
}

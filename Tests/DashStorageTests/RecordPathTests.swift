import Testing

@testable import DashStorage

@Suite("Record paths")
struct RecordPathTests {
    @Test(
        arguments: [
            ("a", [.key("a")]), ("a.b", [.key("a"), .key("b")]), ("$.a[0].b", [.key("a"), .index(0), .key("b")]),
            ("$['x y'][\"z\"]", [.key("x y"), .key("z")]), ("items[3]", [.key("items"), .index(3)]), ("$", []),
        ] as [(String, [RecordPath.Step])]
    )
    func reads(_ text: String, _ steps: [RecordPath.Step]) { #expect(RecordPath(text)?.steps == steps) }

    @Test(arguments: ["", ".", "a.", "a..b", "$.*", "a[*]", "a[-1]", "a[1", "$a", "a\"b", "$['it\"s']", "a[1]b", "$["])
    func refuses(_ text: String) { #expect(RecordPath(text) == nil) }
}

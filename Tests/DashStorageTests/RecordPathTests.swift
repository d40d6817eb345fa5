import Testing

@testable import DashStorage

@Suite("Record paths")
struct RecordPathTests {
    @Test(
        arguments: [
            ("a", [.key("a")]), ("a.b", [.key("a"), .key("b")]), ("$.a[0].b", [.key("a"), .index(0), .key("b")]),
            ("$['x y'][\"z\"]", [.key("x y"), .key("z")]), ("items[3]", [.key("items"), .index(3)]), ("$", []),
            ("$['']", [.key("")]), ("$['it\\'s']", [.key("it's")]), (#"$["q\"q"]"#, [.key("q\"q")]),
            ("$['q\"q']", [.key("q\"q")]), (#"$["\u00e9\n\\"]"#, [.key("\u{e9}\n\\")]),
        ] as [(String, [RecordPath.Step])]
    )
    func reads(_ text: String, _ steps: [RecordPath.Step]) { #expect(RecordPath(text)?.steps == steps) }

    @Test(
        "every key has one canonical spelling, which is read back",
        arguments: ["a", "a.b", "", "q\"q", "it's", "\\", "\n"]
    )
    func spells(_ key: String) {
        let path = RecordPath(steps: [.key("x"), .key(key), .index(2)])
        #expect(RecordPath(path.text) == path)
    }

    @Test(arguments: [
        "", ".", "a.", "a..b", "$.*", "a[*]", "a[-1]", "a[1", "$a", "a\"b", "$['it\\\"s']", "$['a\\x']", "$['a",
        "a[1]b", "$[",
    ])
    func refuses(_ text: String) { #expect(RecordPath(text) == nil) }
}

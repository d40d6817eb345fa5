import DashMapping
import Testing

/// `matches` takes the syntax of RE2 and finds any part of the text.
@Suite struct RE2PatternTests {
    private func matches(_ text: String, _ pattern: String) throws -> Bool? {
        let program = try CELProgram(compiling: "text.matches(pattern)", variables: ["text", "pattern"])
        guard case .bool(let matches) = try program.evaluate(["text": .string(text), "pattern": .string(pattern)])
        else { return nil }
        return matches
    }

    @Test(arguments: [
        ("order 66", #"\d{2}$"#), ("a_b", #"^\w+$"#), ("x y", #"\s"#), ("foo bar", #"\bbar\b"#), ("ABC", "(?i)abc"),
        ("ÄB", "(?i:ä)B"), ("a\nb", "(?m)^b$"), ("a\nb", "(?s)a.b"), ("abc", "(?:a|x)(?P<n>b)(?<m>c)"),
        ("aaa", "^a{2,3}?$"), ("a{b", "a{b"), ("x.y", #"\Qx.y\E"#), ("é", #"\x{e9}"#), ("Z", #"\pL"#),
        ("z", #"[^\d\W]"#), ("7", "[[:digit:]]"), ("-", "[a-]"), ("]", "[]]"), ("9", #"[\p{Nd}]"#),
        ("a", #"\A(a|b)*\z"#),
        ("", "^$"), ("tab\t", #"[\t]"#),
    ])
    func found(_ text: String, _ pattern: String) throws { #expect(try matches(text, pattern) == true) }

    @Test(arguments: [
        ("a\nb", "a.b"), ("foobar", #"\bbar"#), ("a\nb", "^b"), ("xay", "x[^a]y"), ("ABC", "(?i)ab(?-i)c"),
        ("axy", #"\Qx.y\E"#),
        ("é", #"\w"#), ("", "a+"),
    ])
    func notFound(_ text: String, _ pattern: String) throws { #expect(try matches(text, pattern) == false) }

    @Test(arguments: ["(", "a**", "[b-a]", #"\1"#, "(?<n", "a{1001}", "*a", #"\p{Nope}"#, "[a", "(?=a)", ")"])
    func refused(_ pattern: String) {
        #expect(throws: CELFailure.self) { try matches("a", pattern) }
    }

    @Test func takesLinearTime() throws {
        let text = String(repeating: "a", count: 20_000)
        #expect(try matches(text, "(a*)*b|(a|aa)+$") == true)
        #expect(try matches(text, "(a*)*b") == false)
    }
}

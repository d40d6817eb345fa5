import DashMapping
import Testing

@Suite struct CELErrorsTests {
    private func errors(_ text: String) -> [String] {
        do {
            _ = try CELProgram(compiling: text, variables: ["record", "source", "now"])
            return []
        } catch {
            return error.errors.map(\.description)
        }
    }

    @Test(arguments: [
        ("recrod.temp > 1", "line 1, column 1: there is no variable 'recrod'; did you mean 'record'?"),
        ("foo", "line 1, column 1: there is no variable 'foo'; known are now, record, source"),
        ("record.temp = 1", "line 1, column 13: '=' is no operator; equality is written '=='"),
        ("record.a and record.b", "line 1, column 10: 'and' is no operator; write '&&'"),
        ("sizee(record)", "line 1, column 1: there is no function 'sizee'; did you mean 'size'?"),
        (
            "record.a.startswith('x')",
            "line 1, column 10: there is no function 'startswith' on a value; did you mean 'startsWith'?"
        ),
        ("record.a.toLowerCase()", "line 1, column 10: there is no function 'toLowerCase'; here it is 'lowerAscii'"),
        ("contains(record.a, 'x')", "line 1, column 1: 'contains' is called on a value: value.contains(…)"),
        ("'a'.substring()", "line 1, column 5: substring() takes 1 to 2 arguments, not 0"),
        ("'a' + 1", "line 1, column 5: '+' can't take a string and an int; string(…) turns a value into a string"),
        ("1 + 1.0", "line 1, column 3: '+' can't take an int and a double; turn one into the other's type: double(…)"),
        ("1 && true", "line 1, column 3: '&&' can't take an int and a bool"),
        ("(1 + 2", "line 1, column 7: ')' is missing for the bracket at line 1, column 1"),
        ("'abc", "line 1, column 1: the string has no end: a quote is missing"),
        ("1 +", "line 1, column 4: a value is missing at the end"), ("", "line 1, column 1: the expression is empty"),
        ("record.a ? 1", "line 1, column 13: ':' is missing in the conditional: condition ? value : other"),
        ("has(record)", "line 1, column 1: has() takes a field: has(record.name)"),
        ("[1].all(1, true)", "line 1, column 9: the variable of a macro is a plain name: list.all(x, x > 0)"),
        ("record.a.matches('(')", "line 1, column 18: this is no regular expression (RE2 syntax)"),
        (#"'\q'"#, #"line 1, column 2: '\q' is no escape; a backslash itself is written \\"#),
        (
            "99999999999999999999",
            "line 1, column 1: the number is too large for an int; write it with u for a uint or with .0 for a double"
        ),
        ("Message{a: 1}", #"line 1, column 8: messages can't be made here; a map is written {"key": value}"#),
        ("record.in.a", #"line 1, column 8: 'in' can't be a field after a point; write ["in"]"#),
        ("math.roud(1.0)", "line 1, column 6: there is no function 'math.roud'; did you mean 'math.round'?"),
    ])
    func say(_ expression: String, _ expected: String) {
        #expect(errors(expression).first == expected)
    }

    @Test func comeAllAtOnce() {
        let text = """
            recrod.temp > 1.0
              && sizee(sourc.tags) > 2
              || [1, 2,, 3].exist(x, x > y)
            """
        #expect(
            errors(text) == [
                "line 1, column 1: there is no variable 'recrod'; did you mean 'record'?",
                "line 2, column 6: there is no function 'sizee'; did you mean 'size'?",
                "line 2, column 12: there is no variable 'sourc'; did you mean 'source'?",
                "line 3, column 12: a value is missing before ','",
                "line 3, column 17: there is no function 'exist' on a value; did you mean 'exists'?",
                "line 3, column 23: there is no variable 'x'; known are now, record, source",
                "line 3, column 26: there is no variable 'x'; known are now, record, source",
                "line 3, column 30: there is no variable 'y'; known are now, record, source",
            ]
        )
    }

    @Test func hostileTextsEnd() {
        for text in [
            String(repeating: "(", count: 50_000), String(repeating: "[", count: 50_000),
            String(repeating: "!-", count: 20_000), "1" + String(repeating: " + 1", count: 20_000),
            "record" + String(repeating: ".a", count: 20_000), String(repeating: "a?b:", count: 10_000),
            String(repeating: "{", count: 1_000) + "1", String(repeating: "\"", count: 9_999), "\u{0}\u{FEFF}",
            String(repeating: "(", count: 140) + "record"
                + String(repeating: String(repeating: ".a", count: 140) + ")", count: 140),
            String(repeating: "(", count: 140) + "1"
                + String(repeating: String(repeating: "+1", count: 140) + ")", count: 140),
            String(repeating: "not ", count: 20_000), "x" + String(repeating: "[0", count: 5_000),
            String(repeating: "a", count: 200_000),
        ] {
            #expect(!errors(text).isEmpty)
        }
        #expect(errors("true" + String(repeating: " && true", count: 5_000)).isEmpty)
    }
}

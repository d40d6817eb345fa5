import DashJSON
import DashMapping
import DashModel
import Testing

@Suite struct MappingExpressionTests {
    private static let mappings = #"""
        [{"target":"temp","source":"$.t"},{"target":"name","source":"$.n","type":"string"},{"target":"in.a","source":"$.a"}]
        """#

    private func run(_ changes: String, _ input: String, rules: String = "[]", mapped: Bool = true) throws
        -> MappingCase
    {
        let mappings = mapped ? Self.mappings : "[]"
        return try MappingCase(#"{"mappings":\#(mappings),"transformations":\#(changes),"rules":\#(rules)}"#, input)
    }

    @Test(arguments: [
        ("record.temp * 1.8 + 32", #"{"t":20}"#, "68"), ("record.temp * 1.8 + 32", #"{"t":21.5}"#, "70.7"),
        ("record.temp + 1", #"{"t":9007199254740993}"#, "9007199254740994"), ("-record.temp", #"{"t":1e2}"#, "-100"),
        ("record.name + '!'", #"{"n":"Zoë"}"#, #""Zoë!""#), ("record.name", #"{"n":"a\"b\u00e9"}"#, #""a\"bé""#),
        ("source.n.size()", #"{"n":"a\nb"}"#, "3"), ("record['in'].a", #"{"a":{"x":[1, 2]}}"#, #"{"x":[1,2]}"#),
        ("record.`in`", #"{"a":[]}"#, #"{"a":[]}"#), ("source.a.map(x, x * 2)", #"{"a":[1,2]}"#, "[2,4]"),
        ("{'k': source.a[1], 2: now}", #"{"a":[0,{"b":1}]}"#, #"{"k":{"b":1},"2":"2026-09-21T14:13:20Z"}"#),
        ("has(record.temp) ? 1 : 0", "{}", "0"), ("record.?temp.orValue(7)", "{}", "7"), ("b'hi'", "{}", #""aGk=""#),
        ("timestamp(source.n).getFullYear()", #"{"n":"2024-02-29T00:00:00Z"}"#, "2024"),
        ("duration('90m')", "{}", #""5400s""#), ("null", "{}", "null"),
        ("[optional.none(), 1 > 0]", "{}", "[null,true]"),
        ("source.n == 'é' && 'n' in source && record.name in ['é']", #"{"n":"\u00e9"}"#, "true"),
        ("source.a.filter(k, source.a[k] > 1)", #"{"a":{"x":1,"y":2}}"#, #"["y"]"#),
        ("18446744073709551615u", "{}", "18446744073709551615"), ("1.0 / 3.0", "{}", "0.3333333333333333"),
        ("source == {'t': 1, 'a': [true]}", #"{"a":[true],"t":1.0}"#, "true"),
    ])
    func computes(_ expression: String, _ input: String, _ expected: String) throws {
        let change = #"[{"kind":"compute","target":"out","expression":"\#(expression)"}]"#
        let record = try JSONDocument(parsing: Array(try run(change, input).text.utf8)).root?["out"]
        #expect(record.map { String(decoding: $0.compactBytes, as: UTF8.self) } == expected)
    }

    @Test func computesStepByStep() throws {
        let changes = #"""
            [{"kind":"compute","target":"in.sum","expression":"record.temp + 1"},
             {"kind":"compute","target":"temp","expression":"record['in'].sum * 2"},
             {"kind":"compute","target":"all","expression":"record"},
             {"kind":"compute","target":"none","expression":"optional.none()"},
             {"kind":"flatten","field":"all"},{"kind":"rename","from":"all_in_sum","to":"s"},{"kind":"drop","fields":["name"]}]
            """#
        #expect(
            try run(changes, #"{"t":4,"n":"x","a":0}"#).text
                == #"{"temp":10,"in":{"a":0,"sum":5},"all_temp":10,"all_name":"x","all_in_a":0,"s":5}"#
        )
        let plain = #"[{"kind":"compute","target":"b","expression":"record.a + source.a"}]"#
        #expect(try run(plain, #"{"a": 2}"#, mapped: false).text == #"{"a":2,"b":4}"#)
    }

    @Test func filtersAndCounts() throws {
        let changes = #"[{"kind":"filter","expression":"record.temp > 1.5"}]"#
        let result = try run(changes, #"[{"t":1},{"t":2},{"t":"x"},{},{"t":3.5}]"#)
        #expect(result.text == "{\"temp\":2}\n{\"temp\":3.5}")
        #expect(result.output.filtered == 1)
        #expect(result.output.surplus == 0)
        #expect(
            result.output.refused.map(\.reason) == [
                "the filter can't be evaluated: a comparison can't take a string and a double",
                "the filter can't be evaluated: there is no field 'temp'",
            ]
        )
        #expect(result.output.refused.allSatisfy { $0.rule == "filter" && $0.field == nil })
    }

    @Test func filtersWhatExplodes() throws {
        let changes = #"[{"kind":"explode","field":"l"},{"kind":"filter","expression":"record.l != 2"}]"#
        let result = try run(changes, #"[{"l":[1,2,3]},{"l":[2]},{"l":4}]"#, mapped: false)
        #expect(result.text == "{\"l\":1}\n{\"l\":3}\n{\"l\":4}")
        #expect(result.output.filtered == 2)
        #expect(result.output.surplus == 2)
        let rules = #"[{"kind":"type","field":"l","type":"integer"}]"#
        let refused = try run(changes, #"[{"l":[1,2,"x"]}]"#, rules: rules, mapped: false)
        #expect(refused.output.filtered == 0)
        #expect(refused.output.refused.count == 1)
    }

    @Test func checksRules() throws {
        let rules = #"""
            [{"kind":"cel","expression":"record.temp < 100","field":"temp","message":"too hot"},
             {"kind":"cel","expression":"record.name.matches('^[a-z]+$')"}]
            """#
        let result = try run("[]", #"[{"t":1,"n":"abc"},{"t":100,"n":"abc"},{"t":1,"n":"A"},{"n":"a"}]"#, rules: rules)
        #expect(result.text == #"{"temp":1,"name":"abc"}"#)
        #expect(result.output.refused.map(\.rule) == ["cel", "cel", "cel"])
        #expect(result.output.refused.map(\.field) == ["temp", nil, "temp"])
        #expect(
            result.output.refused.map(\.reason) == [
                "too hot", "the record breaks the rule record.name.matches('^[a-z]+$')",
                "the rule can't be evaluated: there is no field 'temp'",
            ]
        )
    }

    @Test func refusesWhatHasNoValue() throws {
        for (expression, reason) in [
            ("1 / record.temp", "a whole number can't be divided by 0"),
            ("1.0 / record.temp", "the result is no finite number"),
            ("record.nope", "there is no field 'nope'"),
            ("lists.range(400).map(x, lists.range(400 + record.temp))", "the expression takes more than 100000 steps"),
        ] {
            let changes = #"[{"kind":"compute","target":"out","expression":"\#(expression)"}]"#
            let refused = try run(changes, #"{"t":0}"#).output.refused
            #expect(refused.map(\.reason) == ["out can't be computed: \(reason)"])
            #expect(refused.map(\.field) == ["out"])
            #expect(refused.map(\.rule) == ["compute"])
        }
    }

    @Test func refusesWhatCouldNotBeReadAgain() throws {
        let nul = #"[{"kind":"compute","target":"out","expression":"'a\\x00'"}]"#
        #expect(
            try run(nul, "{}").output.refused.map(\.reason) == ["out holds a null character, which can't be stored"]
        )
        let deeper = #"{"kind":"compute","target":"x","expression":"[[[[[[[[[[record]]]]]]]]]]"}"#
        let changes = "[\(Array(repeating: deeper, count: 100).joined(separator: ","))]"
        #expect(try run(changes, "{}").output.refused.map(\.reason) == ["x is nested too deeply"])
        let deep = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
        let copy = #"[{"kind":"compute","target":"x","expression":"[source.a]"}]"#
        #expect(try run(copy, #"{"a":\#(deep)}"#).output.refused.map(\.reason) == ["x is nested too deeply"])
    }

    @Test func countsTheGoingThroughLists() throws {
        let list = (0..<20_000).map(String.init).joined(separator: ",")
        for expression in ["source.a.all(x, source.a[0] == 0)", "source.a.all(x, source.a == source.a)"] {
            let changes = #"[{"kind":"filter","expression":"\#(expression)"}]"#
            let refused = try run(changes, #"{"a":[\#(list)]}"#).output.refused
            #expect(refused.map { $0.reason.contains("takes more than 100000 steps") } == [true])
        }
        let once = #"[{"kind":"compute","target":"out","expression":"source.a.filter(x, x > 19998)"}]"#
        #expect(try run(once, #"{"a":[\#(list)]}"#, mapped: false).text.hasSuffix(#","out":[19999]}"#))
    }

    @Test func boundsGrowth() throws {
        let doubling = #"{"kind":"compute","target":"x","expression":"[record, record]"}"#
        let changes = "[\(Array(repeating: doubling, count: 40).joined(separator: ","))]"
        let refused = try run(changes, #"{"t":"\#(String(repeating: "y", count: 100))"}"#).output.refused
        #expect(refused.count == 1)
    }

    @Test func saysAllThatIsWrong() throws {
        let definition = #"""
            {"transformations":[{"kind":"compute","target":"a","expression":"recrod.a + sizee(1)"},{"kind":"filter"},
             {"kind":"filter","expression":"1 + 1"}],
             "rules":[{"kind":"cel","expression":"true &&"},{"kind":"cel","expression":"true","field":""}]}
            """#
        let error = #expect(throws: MappingErrors.self) { try MappingCase(definition, "{}") }
        #expect(
            error?.issues.map { "\($0.pointer): \($0.message)" } == [
                "/transformations/0/expression: line 1, column 1: there is no variable 'recrod'; did you mean 'record'?",
                "/transformations/0/expression: line 1, column 12: there is no function 'sizee'; did you mean 'size'?",
                "/transformations/1/expression: is missing: give an expression like record.temp > 0.0",
                "/transformations/2/expression: must be true or false; this expression gives an int",
                "/rules/0/expression: line 1, column 8: a value is missing at the end",
                "/rules/1/field: must be a field: keys joined by dots, \\. for a dot that belongs to a key",
            ]
        )
    }
}

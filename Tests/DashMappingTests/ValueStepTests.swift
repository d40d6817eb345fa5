import DashJSON
import DashMapping
import DashModel
import Testing

@Suite struct ValueStepTests {
    @Test(arguments: [
        (#"{"kind":"split","field":"a"}"#, #"{"a":"x,y,,z"}"#, #"{"a":["x","y","","z"]}"#),
        (
            #"{"kind":"split","field":"a","to":"o.b","separator":"::","trim":true}"#, #"{"a":" x :: \"y\" "}"#,
            #"{"a":" x :: \"y\" ","o":{"b":["x","\"y\""]}}"#
        ),
        (#"{"kind":"split","field":"a"}"#, #"{"a":""}"#, #"{"a":[]}"#),
        (#"{"kind":"split","field":"a"}"#, #"{"b":1}"#, #"{"b":1}"#),
        (#"{"kind":"join","field":"a"}"#, #"{"a":["x",1,null,true,"\n"]}"#, #"{"a":"x,1,true,\n"}"#),
        (
            #"{"kind":"join","fields":["a","b","c"],"to":"n","separator":" "}"#, #"{"a":"x","c":2}"#,
            #"{"a":"x","c":2,"n":"x 2"}"#
        ),
        (
            #"{"kind":"lookup","field":"c","to":"n","table":{"DE":"Germany","1":{"x":[1]}}}"#, #"{"c":1}"#,
            #"{"c":1,"n":{"x":[1]}}"#
        ),
        (#"{"kind":"lookup","field":"c","table":{"DE":"Germany"},"default":null}"#, #"{"c":"FR"}"#, #"{"c":null}"#),
        (#"{"kind":"lookup","field":"c","to":"n","table":{"DE":1}}"#, #"{"c":"FR","n":7}"#, #"{"c":"FR"}"#),
        (
            #"{"kind":"parse_time","field":"t","to":"at","format":"%d.%m.%Y %H:%M:%S"}"#,
            #"{"t":"21.11.2026 04:48:52"}"#, #"{"t":"21.11.2026 04:48:52","at":"2026-11-21T04:48:52Z"}"#
        ),
        (#"{"kind":"parse_time","field":"t","format":"unix"}"#, #"{"t":0}"#, #"{"t":"1970-01-01T00:00:00Z"}"#),
        (
            #"{"kind":"redact","fields":["a","o","no"]}"#, #"{"a":"secret","o":{"x":1}}"#,
            #"{"a":"[redacted]","o":"[redacted]"}"#
        ),
        (#"{"kind":"redact","fields":["a"],"with":""}"#, #"{"a":1}"#, #"{"a":""}"#),
        (
            #"{"kind":"redact","fields":["a","b"],"keep_last":4}"#, #"{"a":"4111111111111111","b":"1234"}"#,
            #"{"a":"************1111","b":"****"}"#
        ),
        (
            #"{"kind":"hash","fields":["a"]}"#, #"{"a":"abc"}"#,
            #"{"a":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}"#
        ),
        (
            #"{"kind":"hash","fields":["a"],"salt":"Jefe"}"#, #"{"a":"what do ya want for nothing?"}"#,
            #"{"a":"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"}"#
        ),
    ])
    func transforms(change: String, input: String, expected: String) throws {
        let result = try MappingCase(#"{"transformations":[\#(change)]}"#, input)
        #expect(result.text == expected)
        #expect(result.output.refused.isEmpty)
    }

    /// Equal values have one pseudonym; those of strings and plain integers are the hashes of their characters.
    @Test(arguments: [
        (["1", "1.0", "1e0", "10e-1", #""1""#], "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"),
        (["0", "-0", "0.0", "0e9"], "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9"),
        (
            [#"{"a":1,"b":2}"#, #"{"b":2.0,"a":1}"#, #"{ "b":2, "\u0061":1e0 }"#],
            "43258cff783fe7036d8a43033f830adfc60ec037382473548ac742b888292777"
        ),
        ([#"[1,"é"]"#, #"[1.0, "\u00e9"]"#], ""), ([#""é""#, #""\u00e9""#], ""), (["1e5000", "10e4999"], ""),
    ])
    func hashesValuesNotSpellings(values: [String], expected: String) throws {
        for salt in ["", #","salt":"s""#] {
            let definition = #"{"transformations":[{"kind":"hash","fields":["a"]\#(salt)}]}"#
            let hashes = Set(try values.map { try MappingCase(definition, #"{"a":\#($0)}"#).text })
            #expect(hashes.count == 1)
            if salt.isEmpty, !expected.isEmpty { #expect(hashes == [#"{"a":"\#(expected)"}"#]) }
        }
    }

    /// A few bytes of an exponent may not be written out.
    @Test(arguments: [
        #"{"kind":"hash","fields":["a"]}"#, #"{"kind":"hash","fields":["o"]}"#,
        #"{"kind":"lookup","field":"a","to":"o","table":{"x":1}}"#, #"{"kind":"deduplicate","fields":["o","a"]}"#,
    ])
    func hugeExponentsStaySmall(change: String) throws {
        let changes = #"{"transformations":[\#(change),{"kind":"drop","fields":["a","o"]}]}"#
        for number in ["1e999999999999", "1e-999999999999", "7e2000000000"] {
            let result = try MappingCase(changes, #"{"a":\#(number),"o":[\#(number)]}"#)
            #expect(result.text == "{}")
        }
    }

    @Test(arguments: ["redact", "drop", "hash"]) func listsAreNotReached(kind: String) throws {
        let fields = #"["name","cards[0].number","cards[].number","cards.number"]"#
        let definition = try MappingDefinition(
            JSONValue(parsing: #"{"transformations":[{"kind":"flatten"},{"kind":"\#(kind)","fields":\#(fields)}]}"#)
        )
        let issues = definition.issuesOfSaving
        #expect(issues.map(\.pointer) == ["/transformations/1/fields/1", "/transformations/1/fields/2"])
        #expect(issues.allSatisfy { $0.message.contains("does not reach into lists") })
        // What the message names does work.
        let change = #"{"kind":"compute","target":"cards","expression":"record.cards.map(c, {'name': c.name})"}"#
        let input = #"{"cards":[{"name":"x","number":"4111"}]}"#
        #expect(try MappingCase(#"{"transformations":[\#(change)]}"#, input).text == #"{"cards":[{"name":"x"}]}"#)
        let steps = #"[{"kind":"explode","field":"cards"},{"kind":"drop","fields":["cards.number"]}]"#
        #expect(try MappingCase(#"{"transformations":\#(steps)}"#, input).text == #"{"cards":{"name":"x"}}"#)
    }

    @Test(arguments: [
        (#"{"kind":"split","field":"a"}"#, "split", "a must be a string to be split, it is a number"),
        (
            #"{"kind":"parse_time","field":"a","format":"rfc3339"}"#, "type",
            "a is a number that can't be turned into a timestamp"
        ),
    ])
    func refuses(change: String, rule: String, reason: String) throws {
        let result = try MappingCase(#"{"transformations":[\#(change)]}"#, #"{"a":1}"#)
        #expect(result.output.refused.map(\.rule) == [rule])
        #expect(result.output.refused.map(\.reason) == [reason])
    }

    @Test(arguments: [
        (#"{"transformations":[{"kind":"split","field":"a","separator":""}]}"#, "/transformations/0/separator"),
        (#"{"transformations":[{"kind":"join","fields":["a"]}]}"#, "/transformations/0/to"),
        (#"{"transformations":[{"kind":"lookup","field":"a","table":{}}]}"#, "/transformations/0/table"),
        (
            #"{"transformations":[{"kind":"deduplicate","fields":["a"],"window_seconds":0}]}"#,
            "/transformations/0/window_seconds"
        ),
        (
            #"{"transformations":[{"kind":"redact","fields":["a"],"with":"x","keep_last":1}]}"#,
            "/transformations/0/keep_last"
        ),
        (#"{"transformations":[{"kind":"hash","fields":[]}]}"#, "/transformations/0/fields"),
        (#"{"rules":[{"kind":"regex","field":"a","pattern":"(?<=a)b"}]}"#, "/rules/0/pattern"),
        (#"{"rules":[{"kind":"unique","field":"a","max_keys":0}]}"#, "/rules/0/max_keys"),
    ])
    func faultsAreFoundBeforehand(definition: String, pointer: String) throws {
        let error = #expect(throws: MappingErrors.self) { try MappingDefinition(JSONValue(parsing: definition)) }
        #expect(error?.issues.map(\.pointer) == [pointer])
    }

    @Test(arguments: [
        (#"^[a-z]+(?=\d)"#, #""ab1""#, true), (#"^[a-z]+(?=\d)"#, #""ab""#, false),
        (#"^(?!.*secret).*$"#, #""a secret""#, false),
        (#"\bfoo\b"#, #""a foo b""#, true), (#"\bfoo\b"#, #""afoo""#, false), (#"^\p{L}+$"#, #""Grüße""#, true),
        (#"^\u{1F600}$"#, #""😀""#, true), (#"a"#, "1", false),
    ])
    func patternsAreECMA(pattern: String, value: String, fits: Bool) throws {
        let text = JSONValue.string(pattern).text
        for prefix in ["", #""mappings":[{"target":"a","source":"$.a"}],"#] {
            let definition = #"{\#(prefix)"rules":[{"kind":"regex","field":"a","pattern":\#(text)}]}"#
            let result = try MappingCase(definition, #"{"a":\#(value)}"#)
            #expect(result.output.refused.isEmpty == fits)
            #expect(fits || result.output.refused[0].rule == "regex")
        }
    }
}

import DashJSON
import DashMapping
import DashModel
import Testing

/// Expressions among the other steps, rules and schemas: each sees what the ones before it have made.
@Suite struct MixedStepsTests {
    @Test func expressionsSeeWhatStepsMade() throws {
        let changes = #"""
            [{"kind":"split","field":"tags"},
             {"kind":"compute","target":"count","expression":"size(record.tags)"},
             {"kind":"compute","target":"tags","expression":"record.tags.map(t, t.upperAscii())"},
             {"kind":"join","field":"tags","to":"line","separator":"|"},
             {"kind":"lookup","field":"site","to":"place","table":{"a":{"name":"Zoë \"1\"","at":[1,2]}}},
             {"kind":"compute","target":"name","expression":"record.place.name + record.line"},
             {"kind":"compute","target":"last","expression":"record.place.at[1] + record.count"},
             {"kind":"hash","fields":["site"]},
             {"kind":"compute","target":"print","expression":"record.site.substring(0, 8)"},
             {"kind":"redact","fields":["card"],"keep_last":2},
             {"kind":"filter","expression":"record.card == '**34' && record.print.size() == 8"},
             {"kind":"keep","fields":["count","tags","line","name","last","print"]}]
            """#
        let result = try MappingCase(
            #"{"transformations":\#(changes)}"#,
            #"[{"tags":"x,y","site":"a","card":"1234"},{"tags":"x,y","site":"a","card":"1235"}]"#
        )
        #expect(
            result.text
                == #"{"tags":["X","Y"],"count":2,"line":"X|Y","name":"Zoë \"1\"X|Y","last":4,"print":"ca978112"}"#
        )
        #expect(result.output.filtered == 1)
        #expect(result.output.refused.isEmpty)
    }

    @Test func computedValuesAreHashedRedactedAndCompared() throws {
        let changes = #"""
            [{"kind":"compute","target":"key","expression":"{'n': source.n, 'l': [source.n]}"},
             {"kind":"deduplicate","fields":["key"]},
             {"kind":"compute","target":"text","expression":"'a' + string(source.n)"},
             {"kind":"hash","fields":["key"]},
             {"kind":"redact","fields":["text"],"with":"-"},
             {"kind":"compute","target":"key","expression":"record.key.size()"}]
            """#
        let result = try MappingCase(#"{"transformations":\#(changes)}"#, #"[{"n":1},{"n":2},{"n":1},{"n":1.0}]"#)
        #expect(result.output.records.count + result.output.duplicates == 4)
        #expect(result.output.duplicates >= 1)
        #expect(result.text.hasPrefix(#"{"n":1,"key":64,"text":"-"}"# + "\n" + #"{"n":2,"key":64,"text":"-"}"#))
    }

    @Test func countsBalanceWhenAllThreeDrop() throws {
        let definition = #"""
            {"transformations":[{"kind":"explode","field":"l"},{"kind":"filter","expression":"record.l > 1"},
              {"kind":"deduplicate","fields":["l"]}],
             "rules":[{"kind":"cel","expression":"record.l < 9","message":"too much"}]}
            """#
        let result = try MappingCase(definition, #"[{"l":[1,2,3,2]},{"l":[3,4]},{"l":[5,1,5,9]},{"l":[5,6]}]"#)
        #expect(result.text == [2, 3, 4, 5, 6].map { #"{"l":\#($0)}"# }.joined(separator: "\n"))
        #expect(result.output.filtered == 1)
        #expect(result.output.duplicates == 2)
        #expect(result.output.refused.map(\.reason) == ["too much"])
        #expect(result.output.received == 4)
        #expect(result.output.surplus == 5)
    }

    @Test func whatAConditionRefusesIsNotRemembered() throws {
        let definition = #"""
            {"rules":[{"kind":"unique","field":"id"},{"kind":"cel","expression":"record.ok"},
              {"kind":"regex","field":"id","pattern":"^[a-z]\\d?\\b(?!-)"}]}
            """#
        let result = try MappingCase(
            definition,
            #"[{"id":"a","ok":false},{"id":"a","ok":true},{"id":"a","ok":true},{"id":"b-","ok":true}]"#
        )
        #expect(result.text == #"{"id":"a","ok":true}"#)
        #expect(result.output.refused.map(\.rule) == ["cel", "unique", "regex"])
    }

    @Test func schemasCheckTheSourceBeforeExpressionsRun() throws {
        for (mode, refused, misfits) in [
            ("enforce", ["schema.required", "cel"], 1), ("ignore", ["compute", "cel"], 0),
        ] {
            let definition = #"""
                {"source_schema":{"required":["t"],"properties":{"t":{"type":"number"}}},"schema_mode":"\#(mode)",
                 "transformations":[{"kind":"compute","target":"f","expression":"source.t * 2"}],
                 "rules":[{"kind":"cel","expression":"record.f < 10"}]}
                """#
            let result = try MappingCase(definition, #"[{"t":2},{"u":2},{"t":5}]"#)
            #expect(result.text == #"{"t":2,"f":4}"#)
            #expect(result.output.refused.map(\.rule) == refused)
            #expect(result.output.misfits == misfits)
        }
    }
}

import DashMapping
import Testing

@Suite struct CELProgramTests {
    /// The value as text, or the failure in brackets.
    private func result(_ text: String, _ variables: [String: CELValue] = [:], mixing: Bool = false) -> String {
        var options = CELOptions()
        options.mixesNumbers = mixing
        do {
            let program = try CELProgram(compiling: text, variables: Array(variables.keys), options: options)
            let wrapped = try CELProgram(compiling: "'%s'.format([x])", variables: ["x"])
            let value = try program.evaluate(variables)
            guard case .string(let text) = try wrapped.evaluate(["x": value]) else { return "?" }
            return text
        } catch {
            return "[\(error)]"
        }
    }

    @Test(arguments: [
        ("1 + 2 * 3", "7"), ("(1 + 2) * 3", "9"), ("7 / 2", "3"), ("-7 % 4", "-3"), ("--4", "4"), ("-4.5", "-4.5"),
        ("2 - 3 - 4", "-5"), ("!!true", "true"), ("1 < 2 ? 'a' : 'b'", "a"), ("false ? 1 : true ? 2 : 3", "2"),
        ("0x1F", "31"), ("1e3", "1000"), (".5 + 1.0", "1.5"), ("5u", "5"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("1 == 1.0 && 1u == 1", "true"), ("'a' == 1", "false"), ("2 in [1, 2.0]", "true"), ("{1: 'x'}[1.0]", "x"),
        ("[1, 2,]", "[1, 2]"), ("{'a': 1,}", "{a: 1}"), ("// first\n1 // last", "1"), ("size('añ😀')", "3"),
        (#"'\x41\101\u0041\U00000041'"#, "AAAA"), (#"r'\n'"#, #"\n"#), (#"b'\xff' == b'\377'"#, "true"),
        ("'''a\n'b'''", "a\n'b"), ("br'a' == b'a'", "true"),
        ("'a' 'b'", "[line 1, column 5: an operator is missing before a string]"),
    ])
    func literalsAndOperators(_ expression: String, _ expected: String) {
        #expect(result(expression) == expected)
    }

    @Test(arguments: [
        ("[1, 2, 3].map(x, x * x).filter(x, x > 1)", "[4, 9]"), ("[1, 2].map(x, x > 1, x * 10)", "[20]"),
        ("{'a': 1}.map(k, k)", "[a]"), ("[1, 2].all(i, v, v == i + 1)", "true"),
        ("{'a': 1, 'b': 2}.transformMap(k, v, v > 1, v * 2)", "{b: 4}"),
        ("['x', 'y'].transformMapEntry(i, v, {v: i})", "{x: 0, y: 1}"),
        ("[[1, 2], [3]].map(x, x.map(y, y + size(x)))", "[[3, 4], [4]]"),
        ("cel.bind(x, 2, x * x)", "4"), ("[3, 1, 2].sortBy(x, -x)", "[3, 2, 1]"), ("[3, 1, 2].sort()", "[1, 2, 3]"),
        ("[1, 1.0, 'a', [2], [2.0]].distinct()", "[1, a, [2]]"), ("[[1], [2, [3]]].flatten()", "[1, 2, [3]]"),
        ("[1, 2, 3, 4].slice(1, 3)", "[2, 3]"), ("lists.range(3)", "[0, 1, 2]"), ("[1, 2].last().value()", "2"),
        ("sets.contains([1, 2], [2.0]) && sets.equivalent([1, 1], [1]) && !sets.intersects([1], [2])", "true"),
        ("[1, 2, 3].exists_one(x, x > 2)", "true"), ("[0, 2].exists(x, 4 / x == 2)", "true"),
    ])
    func macrosAndLists(_ expression: String, _ expected: String) {
        #expect(result(expression) == expected)
    }

    @Test(arguments: [
        ("1 / 0 > 1 || true", "true"), ("false && 1 / 0 > 1", "false"),
        ("1 / 0 > 1 || false", "[a whole number can't be divided by 0]"),
        ("9223372036854775807 + 1", "[the result is out of range]"), ("0u - 1u", "[the result is out of range]"),
        ("-9223372036854775808 / -1", "[the result is out of range]"), ("[1][1]", "[the index lies outside the list]"),
        ("{'a': 1}.b", "[there is no field 'b']"), ("{'a': 1}.?b.orValue(7)", "7"), ("has({'a': 1}.a)", "true"),
        ("dyn(1) + dyn('a')", "['+' can't take an int and a string]"),
        ("int('x')", "[the text can't be read as an int]"),
        ("[1][?5].hasValue()", "false"),
        ("optional.of(1).or(1 / 0 == 1 ? optional.none() : optional.none()).value()", "1"),
        ("optional.none().value()", "[the optional has no value; orValue() gives one]"),
        ("{'a': 1, 'a': 2}", "[a map's keys are bools, ints, uints or strings, each there once]"),
    ])
    func failures(_ expression: String, _ expected: String) {
        #expect(result(expression) == expected)
    }

    @Test(arguments: [
        ("timestamp('2026-03-29T00:30:00Z').getHours('Europe/Berlin')", "1"),
        ("timestamp('2026-03-29T01:30:00Z').getHours('Europe/Berlin')", "3"),
        ("timestamp('2024-12-31T23:59:59Z').getDayOfYear()", "365"), ("timestamp(0).getDayOfWeek()", "4"),
        ("timestamp('1969-12-28T00:00:00Z').getDayOfWeek()", "0"), ("duration('1h30m') + duration('-90s')", "5310s"),
        ("duration('1.5ms')", "0.0015s"), ("timestamp('2026-01-01T00:00:00.5+01:00')", "2025-12-31T23:00:00.5Z"),
        ("timestamp('2026-01-01T00:00:01Z') - timestamp('2026-01-01T00:00:00.25Z')", "0.75s"),
        ("timestamp('2026-01-01T00:00:00Z') > timestamp('2025-12-31T23:59:59Z')", "true"),
        ("timestamp('2026-02-30T00:00:00Z')", "[the text can't be read as a timestamp like 2026-11-21T04:48:52Z]"),
        ("timestamp('2026-01-01')", "[the text can't be read as a timestamp like 2026-11-21T04:48:52Z]"),
        ("duration('5')", "[the text can't be read as a duration like 1h30m or 1.5s]"),
        ("duration('-1.5s').getMilliseconds()", "-1500"),
        ("timestamp('9999-12-31T23:59:59Z') - timestamp('0001-01-01T00:00:00Z')", "[the result is out of range]"),
        ("timestamp('0001-01-01T00:00:00Z') - timestamp('9999-12-31T23:59:59Z')", "[the result is out of range]"),
        ("duration('2562047h47m16.854775807s')", "9223372036.854775807s"),
        ("-duration('-2562047h47m16.854775808s')", "[the result is out of range]"),
        ("duration('2562047h47m16.854775808s')", "[the text can't be read as a duration like 1h30m or 1.5s]"),
        ("duration('2562047788015215.99h')", "[the text can't be read as a duration like 1h30m or 1.5s]"),
        (
            "timestamp(0).getHours('Mars/Base')",
            "[there is no such time zone; it is a name like Europe/Berlin or a form like +02:00]"
        ),
    ])
    func time(_ expression: String, _ expected: String) {
        #expect(result(expression) == expected)
    }

    @Test(arguments: [
        ("'%.2f|%e|%x|%s'.format([1.005, 0.0001, 'ab', [1, 'b']])", "1.00|1.000000e-04|6162|[1, b]"),
        ("'%.0f %.1f %.3e'.format([0.5, 0.25, 9.9996])", "0 0.2 1.000e+01"), ("'%.1f'.format([99.95])", "100.0"),
        ("'%.20f'.format([0.1])", "0.10000000000000000555"), ("'%.2f'.format([0.001])", "0.00"),
        ("'%.2f'.format([0.009])", "0.01"), ("'%f'.format([1e22])", "10000000000000000000000.000000"),
        ("'a,b,c'.split(',', 2)", "[a, b,c]"), ("'añb'.reverse()", "bña"), ("'aXbX'.replace('X', '-', 1)", "a-bX"),
        ("'ab'.replace('', '.')", ".a.b."), ("'ab'.split('')", "[a, b]"), ("['a', 'b'].join('-')", "a-b"),
        ("'abc'.substring(1, 2)", "b"), ("'  x '.trim()", "x"), ("strings.quote('a\"b')", #""a\"b""#),
        ("base64.encode(b'hello')", "aGVsbG8="), ("string(base64.decode('aGVsbG8'))", "hello"),
        ("math.greatest(1, 2.5, 2u)", "2.5"), ("math.bitShiftRight(-1, 60)", "15"), ("math.round(-2.5)", "-3"),
        ("math.sqrt(16.0)", "4"), ("string(1.0)", "1"), ("string(1e100)", "1e+100"), ("type(1u) == uint", "true"),
    ])
    func functions(_ expression: String, _ expected: String) {
        #expect(result(expression) == expected)
    }

    @Test func mixesNumbersOnlyWhenAsked() {
        #expect(result("dyn(2) * dyn(1.5)") == "['*' can't take an int and a double]")
        #expect(result("2 * 1.5", mixing: true) == "3")
        #expect(result("a * 1.8 + 32", ["a": .int(100)], mixing: true) == "212")
        #expect(result("1u + 2", mixing: true) == "3")
    }

    @Test func countsItsSteps() throws {
        var options = CELOptions()
        options.maxSteps = 1_000
        let loops = "lists.range(90).map(x, lists.range(90).map(y, x * y))"
        let growth = (0..<12).reduce("'\(String(repeating: "x", count: 64))'") { text, _ in
            "cel.bind(a, \(text), a + a + a + a)"
        }
        for text in [loops, growth] {
            let program = try CELProgram(compiling: "size(\(text))", options: options)
            #expect { try program.evaluate() } throws: { ($0 as? CELFailure)?.reason == .stepLimit }
        }
        #expect(try CELProgram(compiling: "x || true", variables: ["x"]).evaluate().type == .bool)
    }

    @Test func resolvesQualifiedNames() throws {
        var options = CELOptions()
        options.container = "a.b"
        let variables: [String: CELValue] = ["a.b.x": .int(1), "a.x": .int(2), "x": .int(3), "y.z": .int(4)]
        let program = try CELProgram(
            compiling: "[x, .x, y.z, [5].map(x, x)[0]]",
            variables: Array(variables.keys),
            options: options
        )
        guard case .list(let values) = try program.evaluate(variables) else { return }
        let numbers = values.map { value -> Int64 in if case .int(let number) = value { number } else { -1 } }
        #expect(numbers == [1, 3, 4, 5])
    }
}

import DashJSON
import DashMapping
import Testing

/// Numbers that no double holds keep their digits in expressions.
@Suite struct ExactNumberTests {
    private func computed(_ expression: String, _ input: String) throws -> String? {
        let change = #"{"kind":"compute","target":"out","expression":"\#(expression)"}"#
        let result = try MappingCase(#"{"transformations":[\#(change)]}"#, input)
        #expect(result.output.refused.map(\.reason) == [])
        let out = try JSONDocument(parsing: Array(result.text.utf8)).root?["out"]
        return out.map { String(decoding: $0.compactBytes, as: UTF8.self) }
    }

    private static let long = [
        "100000000000000000001", "-100000000000000000001", "18446744073709551616", "100000000000000000000",
        "0.12345678901234567891", "0.12345678901234567", "9007199254740993.0", "1e-400", "-1e-400", "1e400",
        "1.0000000000000000001", "1234567890123456789012345678901234567890.5",
    ]

    @Test(arguments: long) func copiesDigits(number: String) throws {
        let input = #"{"a":\#(number),"l":[\#(number)],"yes":true}"#
        for expression in [
            "record.a", "source.a", "record.yes ? record.a : 0", "record.l[0]", "[record.a][0]", "{'k': record.a}.k",
            "record.?a.orValue(1)", "dyn(record.a)", "cel.bind(x, record.a, x)", "math.greatest(record.a)",
            "--record.a",
        ] {
            #expect(try computed(expression, input) == number, "\(expression)")
        }
        #expect(try computed("record.l.map(x, x)", input) == "[\(number)]")
        #expect(try computed("{'k': [source.a]}", input) == #"{"k":[\#(number)]}"#)
        #expect(try computed("string(record.a)", input) == "\"\(number)\"")
        #expect(try computed("'%s'.format([record.l])", input) == "\"[\(number)]\"")
        #expect(try computed("type(record.a) == double", input) == "true")
    }

    @Test(arguments: [
        ("100000000000000000001", "100000000000000000002", "<"), ("1e-400", "0", ">"), ("-1e-400", "0.0", "<"),
        ("1e-400", "1e-401", ">"), ("1e400", "1e401", "<"), ("-1e400", "1e400", "<"),
        ("0.12345678901234567891", "0.12345678901234567892", "<"),
        ("18446744073709551616", "18446744073709551615", ">"),
        ("9007199254740993.0", "9007199254740993", "=="), ("9007199254740993.0", "9007199254740992.0", ">"),
        ("100000000000000000001", "1.00000000000000000001e20", "=="), ("100000000000000000000", "1e20", "=="),
        ("1.0000000000000000001", "1", ">"), ("0.10000000000000000001", "0.1", ">"),
        ("0.10000000000000000000", "0.1", "=="), ("-9223372036854775809", "-9223372036854775808", "<"),
    ])
    func compares(left: String, right: String, order: String) throws {
        for (first, second, order) in [(left, right, order), (right, left, order.reversedOrder)] {
            let input = #"{"a":\#(first),"b":\#(second)}"#
            for symbol in ["==", "!=", "<", "<=", ">", ">="] {
                let holds =
                    symbol == order || symbol == "!=" && order != "==" || symbol == order + "="
                    || order == "==" && (symbol == "<=" || symbol == ">=")
                #expect(
                    try computed("record.a \(symbol) record.b", input) == "\(holds)",
                    "\(first) \(symbol) \(second)"
                )
            }
            #expect(try computed("record.a in [source.b]", input) == "\(order == "==")")
            #expect(try computed("[record.a, record.b].distinct().size()", input) == (order == "==" ? "1" : "2"))
            #expect(try computed("record == {'a': source.a, 'b': source.b}", input) == "true")
            let fewer = "[record.b, record.a, record.b].filter(x, x <= record.a).size()"
            #expect(try computed(fewer, input) == (order == "<" ? "1" : "3"))
        }
    }

    @Test(arguments: [
        ("record.a + 0.0", "100000000000000000001", "1e+20"), ("record.a * 2", "0.50000000000000000001", "1"),
        ("-record.a", "1e-400", "-1e-400"), ("math.abs(record.a)", "-1e400", "1e400"),
        ("math.sign(record.a)", "-1e-400", "-1"), ("math.isFinite(record.a)", "1e400", "true"),
        ("int(record.a)", "0.99999999999999999999", "0"), ("int(record.a)", "-5.00000000000000000001", "-5"),
        ("int(record.a)", "9007199254740993.0", "9007199254740993"), ("double(record.a)", "1e-400", "0"),
        ("record.a == 0.12345678901234567891", "0.12345678901234567891", "true"),
        ("record.a == -0.12345678901234567892", "-0.12345678901234567891", "false"),
        ("record.a > 00.1", "0.10000000000000000001", "true"),
        ("0.12345678901234567891", "1", "0.12345678901234567891"),
        ("{1: 'x'}[record.a]", "1.00", #""x""#),
        // What a double holds is a double as ever, however it is written.
        ("record.a", "1e2", "100"), ("record.a", "0.30000000000000004", "0.30000000000000004"),
        ("record.a", "2.5000000000000000000000", "2.5"), ("string(record.a)", "1.50e3", #""1500""#),
        ("record.a", "-0.0", "-0"), ("record.a", "0e999", "0"),
        ("record.a", "1.7976931348623157e308", "1.7976931348623157e+308"),
    ])
    func calculates(expression: String, number: String, expected: String) throws {
        #expect(try computed(expression, #"{"a":\#(number)}"#) == expected)
    }

    @Test func filtersByAllDigits() throws {
        let change = #"{"kind":"filter","expression":"record.a != record.b"}"#
        let input = #"{"a":100000000000000000001,"b":100000000000000000002}"#
        let result = try MappingCase(#"{"transformations":[\#(change)]}"#, input)
        #expect(result.text == input)
        #expect(result.output.filtered == 0)
    }

    @Test func readsDoublesAsTheLibraryDoes() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<3_000 {
            let digits = String(UInt64.random(in: 1...(.max), using: &random)).prefix(
                Int.random(in: 1...20, using: &random)
            )
            let places = Int.random(in: 0...digits.count, using: &random)
            let fraction = digits.suffix(places) + String(repeating: "0", count: Int.random(in: 0...2, using: &random))
            let whole = digits.dropLast(places)
            let text = "\(whole.isEmpty ? "0" : String(whole)).\(fraction.isEmpty ? "0" : String(fraction))"
            let json = try JSONValue(parsing: text)
            let sum = try CELProgram(compiling: "x + 0.0", variables: ["x"]).evaluate(["x": CELValue(json)])
            guard case .double(let value) = sum else {
                Issue.record("\(text) gave \(sum)")
                continue
            }
            #expect(value == Double(text), "\(text)")
        }
    }

    @Test func longNumbersCountAsWork() throws {
        let digits = String(repeating: "7", count: 100_000)
        let change =
            #"{"kind":"compute","target":"out","expression":"lists.range(1000).exists(x, record.a < record.b)"}"#
        let result = try MappingCase(#"{"transformations":[\#(change)]}"#, #"{"a":\#(digits)2,"b":\#(digits)1}"#)
        #expect(result.output.refused.map(\.rule) == ["compute"])
    }
}

extension String {
    fileprivate var reversedOrder: String { self == "<" ? ">" : self == ">" ? "<" : self }
}

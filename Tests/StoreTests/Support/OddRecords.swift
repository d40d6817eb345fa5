import TestSupport

/// Random records and values that are hard to treat alike: keys that need quotes, one value in many spellings, numbers at
/// the edges of 53 and 64 bits, all kinds in one field.
enum OddRecords {
    /// Keys of records as paths spell them, and as records do.
    static let keys: [(path: String, spellings: [String])] = [
        ("k", ["k"]), ("wild", ["wild"]), ("in.x y", []), ("in['q\\'\"'].deep", []), ("list[0]", []), ("list[2].a", []),
        (#"$['']"#, [""]), (#"$["a.b"]"#, ["a.b"]), (#"$["q\"q"]"#, [#"q\"q"#]), (#"$['it\'s']"#, ["it's"]),
        ("temp\u{e9}rature", ["temp\u{e9}rature", #"temp\u00e9rature"#, #"temp\u00E9rature"#]),
        ("e\u{301}", ["e\u{301}"]), ("km/h", ["km/h", #"km\/h"#]), (#"$["[0]"]"#, ["[0]"]), ("0", ["0"]),
        (#"$["back\\slash"]"#, [#"back\\slash"#]), (#"$["line\nend"]"#, [#"line\nend"#, #"line\u000aend"#]),
        ("\u{1F600}", ["\u{1F600}", #"\ud83d\ude00"#]), (#"$["$"]"#, ["$"]), (#"$["*"]"#, ["*"]), ("missing", []),
    ]

    /// Values in several spellings; those of a line are one value.
    static let values: [[String]] = [
        ["null"], ["true"], ["false"], ["0", "-0", "0.0", "-0.0", "0e5"], ["1", "1.0", "1e0", "10E-1", "1.000"],
        ["-1", "-1.0"], ["2"], ["100", "1e2", "100.00"], ["0.1", "1e-1", "0.10"],
        ["9007199254740992", "9007199254740992.0"], ["9007199254740993", "9007199254740993.0"], ["-9007199254740993"],
        ["1269943055849660418"], ["1269943055849660419", "1269943055849660419.0"], ["9223372036854775807"],
        ["-9223372036854775808"], ["9223372036854775808"], ["18446744073709551615"], ["18446744073709551616"],
        ["0.12345678901234567890123"], ["0.12345678901234567890124"], ["1e300"], ["-1e300", "-10e299"], ["1e-300"],
        ["1.7976931348623157e308"], ["5e-324"], ["1e-400"], ["123456789012345678901234567890.5"],
        [#""""#], [#""a""#, #""\u0061""#], [#""a b""#], [#""A""#], [#""b""#], [#""1""#], [#""null""#], [#""true""#],
        ["\"\u{e9}\"", #""\u00e9""#], ["\"e\u{301}\""], ["\"\u{FF5E}\""], ["\"\u{1F600}\"", #""\ud83d\ude00""#],
        [#""q\"q""#, #""q\u0022q""#], [#""a/b""#, #""a\/b""#], [#""back\\slash""#], [#""a\nb""#, #""a\u000Ab""#],
        [#""a\u0001b""#], ["[]"], ["[1]", "[1.0]", "[1e0]"], ["[1,2]"], [#"["a"]"#, #"["\u0061"]"#], ["[[1]]"],
        [#"["[1]"]"#], ["[true]"], ["[null]"], ["[9007199254740993]"], ["{}"],
        [#"{"a":1}"#, #"{"a":1.0}"#, #"{"\u0061":1}"#],
        [#"{"a":1,"bb":2}"#, #"{"bb":2,"a":1}"#, #"{ "bb": 2e0, "a": 1 }"#], [#"{"a":{"b":[1,"x"]}}"#],
        ["-1e-400"], ["9007199254740993.5"],
        ["9223372036854775807.5"], ["9223372036854775296"], ["-9223372036854775808.5"],
    ]

    static func value(_ random: inout SeededGenerator) -> String {
        values.randomElement(using: &random)?.randomElement(using: &random) ?? "null"
    }

    /// A value of few, so that groups have more than one record.
    static func common(_ random: inout SeededGenerator) -> String {
        let common = [1, 4, 29, 36, 46, 54, 0, 10]
        return values[common.randomElement(using: &random) ?? 0].randomElement(using: &random) ?? "null"
    }

    static func record(_ random: inout SeededGenerator) -> String {
        var members: [String] = []
        func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }
        if !chance(6) { members.append("\"n\":\(chance(9) ? "null" : "\(Int.random(in: -50...50, using: &random))")") }
        if !chance(5) { members.append("\"d\":\(decimal(&random))") }
        if !chance(5) { members.append("\"k\":\(common(&random))") }
        if !chance(3) { members.append("\"wild\":\(value(&random))") }
        if chance(3) {
            members.append("\"in\":{\"x y\":\(value(&random)),\"q'\\\"\":{\"deep\":\(common(&random))}}")
        }
        if chance(3) { members.append("\"list\":[\(value(&random)),\(value(&random)),{\"a\":\(common(&random))}]") }
        for key in keys.dropFirst(6) where chance(4) {
            guard let spelling = key.spellings.randomElement(using: &random) else { continue }
            members.append("\"\(spelling)\":\(chance(2) ? common(&random) : value(&random))")
        }
        return "{" + members.shuffled(using: &random).joined(separator: ",") + "}"
    }

    private static func decimal(_ random: inout SeededGenerator) -> String {
        let whole = Int.random(in: 0..<1_000, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return "\(whole).50"
        case 1: return "-\(whole).\(Int.random(in: 0..<1_000, using: &random))"
        case 2: return "\(whole)e-2"
        default: return "\(whole)"
        }
    }
}

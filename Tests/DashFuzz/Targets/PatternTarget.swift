@testable import DashMapping

/// Regular expressions of the three kinds, against odd texts.
struct PatternTarget: FuzzTarget {
    let name = "patterns"

    private static let parts = [
        "a", ".", "\\d", "\\w+", "[a-z]", "[^0-9]", "[{s}]", "[{s}-{s}]", "(?:a|b)", "(a)*", "a{{i}}", "a{{i},{i}}",
        "a{,{i}}", "(a|)*", "(a*)*",
        "^", "$", "\\b", "\\p{L}", "\\p{Lu}", "\\P{N}", "\\p{Script=Greek}", "(?i)", "(?=a)", "(?!b)", "\\u{n}",
        "\\u{1F600}", "\\x{q}", "\\x41",
        "\\cA", "\\0", "\\1", "(?<n>a)", "[[:alpha:]]", "\\Q{s}\\E", "x*?", "x+?", "{s}", "\\{s}", "|", "(", ")", "[",
        "{", "a{1000}{1000}",
    ]

    func run(_ input: inout FuzzInput) {
        let parts = (0..<input.int(1...6)).map { _ in input.filled(input.pick(Self.parts)) }
        let pattern = input.note(input.perhapsMutated(parts.joined()))
        let text = input.note(input.text() + input.text())
        if let expression = RegularExpression(pattern) {
            _ = (expression.matchesWhole(text), expression.matchesPart(text))
        }
        if let expression = RegularExpression(re2: pattern) { _ = expression.matchesPart(text) }
        _ = SchemaPattern.isWellFormed(pattern)
        if let found = try? SchemaPattern(pattern) {
            var text = text
            _ = text.withUTF8 { found.matches($0) }
        }
    }
}

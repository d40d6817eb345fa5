import DashJSON
import DashModel

/// What came out of a test, held to what was expected.
struct MappingTestResult {
    private(set) var issues: [DashError.Issue] = []
    private let test: MappingTest
    private let pointer: String

    /// More differences than this tell nothing new.
    private static let limit = 10

    init(_ test: MappingTest, _ output: MappingOutput, at pointer: String) throws(JSONError) {
        self.test = test
        self.pointer = pointer
        var records: [JSONValue] = []
        for index in 0..<output.records.count { records.append(try JSONValue(parsing: Array(output.records[index]))) }
        switch test.expectation {
        case .records(let expected): compare(records, expected, output.refused)
        case .refusal(let rule, let field): compare(records, output.refused, rule, field)
        }
    }

    private mutating func compare(_ records: [JSONValue], _ expected: [JSONValue], _ refused: [RefusedRecord]) {
        for refusal in refused { report("/expected", "goes to the quarantine: \(Self.phrase(refusal))") }
        guard refused.isEmpty else { return }
        guard records.count == expected.count else {
            let found = Self.clipped(.array(records))
            report("/expected", "gives \(records.count) records, expected \(expected.count); it gives \(found)")
            return
        }
        for (index, pair) in zip(records, expected).enumerated() {
            compare(pair.0, pair.1, at: test.isList ? "/expected/\(index)" : "/expected")
        }
    }

    private mutating func compare(
        _ records: [JSONValue],
        _ refused: [RefusedRecord],
        _ rule: String,
        _ field: String?
    ) {
        let wanted = rule + (field.map { " on \($0)" } ?? "")
        guard let refusal = refused.first else {
            let found = Self.clipped(.array(records))
            report("/expected_refusal", "is accepted, expected a refusal by \(wanted); it gives \(found)")
            return
        }
        guard refusal.rule == rule, field == nil || refusal.field == field else {
            report("/expected_refusal", "is refused by \(Self.phrase(refusal)), expected \(wanted)")
            return
        }
    }

    private mutating func compare(_ found: JSONValue, _ expected: JSONValue, at path: String) {
        guard issues.count < Self.limit, !JSONEquality.equal(found, expected) else { return }
        switch (found, expected) {
        case (.object(let found), .object(let expected)):
            for (key, value) in expected.members {
                let place = path + "/" + JSONPointerText.escaped(key)
                if let other = found[key] {
                    compare(other, value, at: place)
                } else {
                    report(place, "is missing, expected \(Self.clipped(value))")
                }
            }
            for (key, value) in found.members where expected[key] == nil {
                report(path + "/" + JSONPointerText.escaped(key), "is \(Self.clipped(value)), which is not expected")
            }
        case (.array(let found), .array(let expected)) where found.count == expected.count:
            for (index, pair) in zip(found, expected).enumerated() { compare(pair.0, pair.1, at: "\(path)/\(index)") }
        default: report(path, "is \(Self.clipped(found)), expected \(Self.clipped(expected))")
        }
    }

    private mutating func report(_ path: String, _ message: String) {
        guard issues.count < Self.limit else { return }
        issues.append(.init(pointer: pointer + path, message: "test \"\(test.name)\": \(message)"))
    }

    private static func phrase(_ refusal: RefusedRecord) -> String {
        "\(refusal.rule)\(refusal.field.map { " on \($0)" } ?? "") (\(refusal.reason))"
    }

    private static func clipped(_ value: JSONValue) -> String {
        let text = value.text
        return text.count <= 120 ? text : text.prefix(120) + "…"
    }
}

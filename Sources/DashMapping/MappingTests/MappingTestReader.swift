import DashJSON
import DashModel

/// Reads stored tests and notes everything that is wrong with them.
struct MappingTestReader {
    private(set) var issues: [DashError.Issue] = []

    mutating func read(_ json: JSONValue) -> [MappingTest] {
        if json.isNull { return [] }
        guard let list = json.arrayValue, list.count <= MappingTests.limit else {
            issues.append(.init(pointer: "/tests", message: "must be a list of at most \(MappingTests.limit) tests"))
            return []
        }
        var names: Set<String> = []
        var tests: [MappingTest] = []
        for (index, value) in list.enumerated() {
            guard let item = DefinitionItem(value, at: "/tests/\(index)", reporting: &issues) else { continue }
            item.allow(["name", "input", "expected", "expected_refusal", "now"], &issues)
            let name = item.string("name", &issues) ?? ""
            if name.isEmpty {
                if item["name"] == nil { item.report("name", "is missing", &issues) }
            } else if !names.insert(name).inserted {
                item.report("name", "is the name of another test too", &issues)
            }
            let inputs = inputs(item)
            let now = now(item)
            guard let expectation = expectation(item) else { continue }
            let isList = item.object["expected"]?.arrayValue != nil
            tests.append(MappingTest(name: name, inputs: inputs, expectation: expectation, now: now, isList: isList))
        }
        return tests
    }

    private mutating func inputs(_ item: DefinitionItem) -> [JSONValue] {
        switch item.object["input"] {
        case nil:
            item.report("input", "is missing", &issues)
            return []
        case .array(let inputs)?: return inputs
        case let input?: return [input]
        }
    }

    private mutating func now(_ item: DefinitionItem) -> Timestamp? {
        guard let text = item.string("now", &issues) else { return nil }
        if let time = Timestamp(text: text) { return time }
        item.report("now", "must be a time like 2026-01-31T12:00:00Z", &issues)
        return nil
    }

    private mutating func expectation(_ item: DefinitionItem) -> MappingTest.Expectation? {
        switch (item["expected"], item["expected_refusal"]) {
        case (nil, nil):
            item.report("expected", "is missing; a test has expected or expected_refusal", &issues)
        case (_?, _?):
            item.report("expected_refusal", "can't stand beside expected", &issues)
        case (.array(let records)?, nil): return .records(records)
        case (let record?, nil): return .records([record])
        case (nil, .string(let rule)?): return .refusal(rule: rule, field: nil)
        case (nil, let refusal?):
            if let rule = refusal["rule"]?.stringValue {
                return .refusal(rule: rule, field: refusal["field"]?.stringValue)
            }
            item.report("expected_refusal", "must be a rule's name or {\"rule\",\"field\"}", &issues)
        }
        return nil
    }
}

import DashJSON
import DashModel

extension MappingRun {
    /// Why the value breaks the rule, nil when it does not. A missing value and `null` break only `required`.
    @inline(__always)
    mutating func check(_ rule: CompiledMapping.CheckedRule, _ value: FieldValue?) -> Refusal? {
        guard let value, value.kind != .null else {
            guard rule.demand == .required else { return nil }
            let name = program.names[rule.name]
            return value == nil ? .missing(name) : .null(name)
        }
        switch rule.demand {
        // Whether a value is unique is asked only of records that are stored otherwise.
        case .required, .unique, .expression: return nil
        case .regex: return matches(value, rule)
        case .type: return hasType(value, rule.type) ? nil : wrongType(rule, value)
        case .oneOf: return isOneOf(value, rule.choices) ? nil : notAllowed(rule)
        case .range:
            guard value.kind == .number else { return notANumber(rule, value) }
            let number = DecimalText.double(bytes(of: value))
            if number < rule.min || isLess(value, number, rule.min) { return outOfRange(rule, "less than the minimum") }
            guard number > rule.max || isGreater(value, number, rule.max) else { return nil }
            return outOfRange(rule, "greater than the maximum")
        }
    }

    @inline(__always)
    private func hasType(_ value: FieldValue, _ type: RuleType) -> Bool {
        switch type {
        case .string: value.kind == .string
        case .number: value.kind == .number
        case .integer: value.kind == .number && (value.flags.contains(.integer) || isWhole(value))
        case .boolean: value.kind == .bool
        case .object: value.kind == .object
        case .array: value.kind == .array
        case .timestamp: value.kind == .string && isTimestamp(value)
        }
    }

    @inline(never)
    private func isWhole(_ value: FieldValue) -> Bool {
        JSONDecimal(bytes(of: value)).isWhole
    }

    /// Where doubles are the same the digits decide; up to fifteen of them a double has.
    @inline(__always)
    private func isLess(_ value: FieldValue, _ number: Double, _ bound: Double) -> Bool {
        number == bound && value.length > 15 && order(value, bound) < 0
    }

    @inline(__always)
    private func isGreater(_ value: FieldValue, _ number: Double, _ bound: Double) -> Bool {
        number == bound && value.length > 15 && order(value, bound) > 0
    }

    @inline(never)
    private func order(_ value: FieldValue, _ bound: Double) -> Int {
        guard bound.isFinite else { return 0 }
        var text = bound.description
        return text.withUTF8 { JSONDecimal.compare(JSONDecimal(bytes(of: value)), JSONDecimal($0)) }
    }

    @inline(never)
    private func isTimestamp(_ value: FieldValue) -> Bool {
        let text = content(of: value)
        return TimestampText.isCanonical(text) || Timestamp(utf8: text) != nil
    }

    @inline(never)
    private func isOneOf(_ value: FieldValue, _ index: Int) -> Bool {
        let choices = program.choices[index]
        let text = bytes(of: value)
        for encoded in choices.encoded where encoded.elementsEqual(text) { return true }
        // The same value can be spelt differently: 1.0, an escape, another order of keys.
        if value.kind == .bool || (value.kind == .string && !value.flags.contains(.escaped)) { return false }
        guard let tree = try? JSONValue(parsing: Array(text)) else { return false }
        return choices.values.contains { JSONEquality.equal($0, tree) }
    }

    @inline(never)
    private mutating func matches(_ value: FieldValue, _ rule: CompiledMapping.CheckedRule) -> Refusal? {
        let name = program.names[rule.name]
        guard value.kind == .string else {
            return Refusal(rule: "regex", field: name, reason: "\(name) must be a string, it is \(value.kind)")
        }
        guard rule.index >= 0 else { return nil }
        let pattern = program.patterns[rule.index]
        let content = content(of: value)
        if let failure = overBudget() { return .budget(failure, field: name) }
        stepsTaken += pattern.steps(for: content.count)
        let isMatch: Bool
        if value.flags.contains(.escaped) {
            var text: [UInt8] = []
            JSONUnescaping.append(content, to: &text)
            isMatch = text.withUnsafeBufferPointer { pattern.matches($0) }
        } else {
            isMatch = pattern.matches(content)
        }
        if isMatch { return nil }
        return Refusal(rule: "regex", field: name, reason: "\(name) does not match \(pattern.text)")
    }

    @inline(never)
    private func wrongType(_ rule: CompiledMapping.CheckedRule, _ value: FieldValue) -> Refusal {
        let name = program.names[rule.name]
        let reason =
            switch (rule.type, value.kind) {
            case (.timestamp, .string): "\(name) must be a timestamp, it is another string"
            case (.integer, .number): "\(name) must be an integer, it is a number with a fraction"
            default: "\(name) must be \(rule.type.phrase), it is \(value.kind)"
            }
        return Refusal(rule: "type", field: name, reason: reason)
    }

    @inline(never)
    private func notAllowed(_ rule: CompiledMapping.CheckedRule) -> Refusal {
        let name = program.names[rule.name]
        return Refusal(rule: "enum", field: name, reason: "\(name) is none of the allowed values")
    }

    @inline(never)
    private func notANumber(_ rule: CompiledMapping.CheckedRule, _ value: FieldValue) -> Refusal {
        let name = program.names[rule.name]
        return Refusal(rule: "range", field: name, reason: "\(name) must be a number, it is \(value.kind)")
    }

    @inline(never)
    private func outOfRange(_ rule: CompiledMapping.CheckedRule, _ how: String) -> Refusal {
        let name = program.names[rule.name]
        return Refusal(rule: "range", field: name, reason: "\(name) is \(how)")
    }
}

import DashJSON

extension SchemaRun {
    @inline(__always)
    mutating func hasType(_ code: SchemaInstruction, _ number: Int, _ node: Int) -> Bool {
        let types = SchemaTypes(rawValue: UInt8(truncatingIfNeeded: code.a))
        let value = document.nodes[node]
        if types.contains(SchemaTypes(value.kind)) { return true }
        if value.kind == .number, types.contains(.integer) {
            if value.flags.contains(.integer) || JSONDecimal(bytes(value)).isWhole { return true }
        }
        return fail(code, number, node, "must be \(types.phrase), is \(value.kind)")
    }

    @inline(__always)
    func bytes(_ node: JSONNode) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: document.bytes + Int(node.start), count: Int(node.length))
    }

    // MARK: Numbers

    @inline(__always)
    mutating func isWithin(_ code: SchemaInstruction, _ number: Int, _ node: Int) -> Bool {
        let limit = parts.numbers[Int(code.a)]
        let order = compare(bytes(document.nodes[node]), limit)
        switch code.kind {
        case .minimum: return order >= 0 || fail(code, number, node) { "is less than \($0.text(limit))" }
        case .maximum: return order <= 0 || fail(code, number, node) { "is more than \($0.text(limit))" }
        case .exclusiveMinimum: return order > 0 || fail(code, number, node) { "must be more than \($0.text(limit))" }
        default: return order < 0 || fail(code, number, node) { "must be less than \($0.text(limit))" }
        }
    }

    @inline(__always)
    private func compare(_ text: UnsafeBufferPointer<UInt8>, _ limit: SchemaNumber) -> Int {
        if let short = limit.short, let value = JSONDecimal.short(text) {
            return value < short ? -1 : value > short ? 1 : 0
        }
        return JSONDecimal.compare(JSONDecimal(text), JSONDecimal(bytes(limit)))
    }

    func bytes(_ number: SchemaNumber) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: parts.text[Int(number.start)..<Int(number.start + number.length)])
    }

    func text(_ number: SchemaNumber) -> String { String(decoding: bytes(number), as: UTF8.self) }

    @inline(never)
    mutating func isMultiple(_ code: SchemaInstruction, _ number: Int, _ node: Int) -> Bool {
        let divisor = parts.numbers[Int(code.a)]
        let value = document.nodes[node]
        let isMultiple: Bool
        if let whole = divisor.int, value.flags.contains(.integer), value.length <= 18,
            let dividend = Int64(String(decoding: bytes(value), as: UTF8.self))
        {
            isMultiple = dividend % whole == 0
        } else {
            isMultiple = JSONDecimal(bytes(value)).isMultiple(of: JSONDecimal(bytes(divisor)))
        }
        return isMultiple || fail(code, number, node) { "is not a multiple of \($0.text(divisor))" }
    }

    // MARK: Strings

    @inline(__always)
    mutating func hasLength(_ code: SchemaInstruction, _ number: Int, _ node: Int) -> Bool {
        let value = document.nodes[node]
        let limit = Int(code.a)
        // No string has more characters than bytes.
        if code.kind == .maxLength, Int(value.length) &- 2 <= limit { return true }
        let count = JSONUnescaping.withText(of: value, in: document.bytes) { text in
            var count = 0
            for byte in text where byte & 0xC0 != 0x80 { count &+= 1 }
            return count
        }
        if code.kind == .minLength {
            return count >= limit || fail(code, number, node, "has \(count) characters, must have \(limit) or more")
        }
        return count <= limit || fail(code, number, node, "has \(count) characters, must not have more than \(limit)")
    }

    mutating func matches(_ code: SchemaInstruction, _ number: Int, _ node: Int) -> Bool {
        patternMatches(Int(code.a), node)
            || fail(code, number, node) { "does not match the pattern \($0.schema.patterns[Int(code.a)].text)" }
    }

    mutating func patternMatches(_ pattern: Int, _ node: Int) -> Bool {
        let pattern = schema.patterns[pattern]
        let steps = pattern.steps(for: Int(document.nodes[node].length))
        guard maySearch(steps) else {
            isExhausted = true
            return false
        }
        return JSONUnescaping.withText(of: document.nodes[node], in: document.bytes) { pattern.matches($0) }
    }

    /// Counts a search; a value that nobody waits for any more is searched no further.
    private mutating func maySearch(_ steps: Int) -> Bool {
        let looks = searchSteps / Self.lookInterval
        searchSteps += steps
        guard searchSteps <= maxSearchSteps else { return false }
        return searchSteps / Self.lookInterval == looks || !Task.isCancelled
    }

    mutating func hasFormat(_ code: SchemaInstruction, _ number: Int, _ node: Int) -> Bool {
        guard let format = SchemaFormat(rawValue: UInt8(truncatingIfNeeded: code.a)) else { return true }
        return JSONUnescaping.withText(of: document.nodes[node], in: document.bytes) { format.admits($0) }
            || fail(code, number, node, "must be \(format.phrase)")
    }

    // MARK: Values

    @inline(never)
    mutating func isAmong(_ code: SchemaInstruction, _ number: Int, _ node: Int) -> Bool {
        let values = TapeValues(left: constants, right: document)
        for choice in code.a..<code.b where values.equal(Int(schema.choices[Int(choice)]), node) { return true }
        if code.kind == .const { return fail(code, number, node, "is not the value that is asked for") }
        return fail(code, number, node, "is none of the \(code.b - code.a) allowed values")
    }
}

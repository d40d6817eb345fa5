import DashJSON

extension MappingRun {
    /// Whether a record has the values of an earlier one; if not, they are remembered.
    mutating func isRepeated(_ fields: [Range<Int>], _ window: Int, _ record: Int) throws(Refusal) -> Bool {
        var key: [UInt8] = []
        var hasAny = false
        for field in fields {
            guard let found = find(field, of: record), tree[found.entry].value.kind != .null else {
                key.append(0)
                continue
            }
            hasAny = true
            appendKey(found.entry, to: &key)
        }
        guard hasAny else { return false }
        return try isKnown(key, window)
    }

    mutating func checkUnique(_ rule: CompiledMapping.CheckedRule, _ record: Int) throws(Refusal) {
        guard let found = find(rule.keys, of: record), tree[found.entry].value.kind != .null else { return }
        var key: [UInt8] = []
        appendKey(found.entry, to: &key)
        guard try isKnown(key, rule.index) else { return }
        let name = program.names[rule.name]
        throw Refusal(rule: "unique", field: name, reason: "\(name) has the value of another record")
    }

    private func isKnown(_ key: [UInt8], _ window: Int) throws(Refusal) -> Bool {
        guard let memory else { return false }
        let print = key.withUnsafeBytes { KeyPrint($0) }
        switch memory.claim(print, in: window, at: receivedAt, for: ticket) {
        case .new: return false
        case .known: return true
        case .undecided(let other): throw Refusal(undecided: other)
        }
    }

    /// What a canonical text writes out for a number; a list of large powers of ten may not become gigabytes.
    static var maxZeros: Int { 400 }

    /// For values that were read already, and may have become deeper and larger than what is read from outside.
    static var ownLimits: JSONLimits {
        JSONLimits(
            maxBytes: .max,
            maxDepth: JSONLimits.default.maxDepth * 2,
            maxExponent: .max,
            maxNodes: .max,
            allowsNullCharacter: true
        )
    }

    /// A value with its form and length, so that no two lists of values give the same bytes. 1 and 1.0 are one value,
    /// and the order of keys says nothing.
    private mutating func appendKey(_ entry: Int, to key: inout [UInt8]) {
        let value = materialised(entry)
        key.append(value.kind.rawValue + 1)
        var text: [UInt8] = []
        switch value.kind {
        case .number:
            let number = JSONDecimal(bytes(of: value))
            text = (number.isNegative && !number.isZero ? [1] : [0]) + number.digits
            text += Array("e\(number.exponent)".utf8)
        case .string where value.flags.contains(.escaped): JSONUnescaping.append(content(of: value), to: &text)
        case .string: text = Array(content(of: value))
        case .array, .object:
            let document = try? JSONDocument(parsing: Array(bytes(of: value)), limits: Self.ownLimits)
            let canonical = document?.root.map { JSONCanonicalText($0, maxZeros: Self.maxZeros).bytes }
            text = canonical ?? Array(bytes(of: value))
        case .null, .bool: text = Array(bytes(of: value))
        }
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: text.count)) { key += $0 }
        key += text
    }
}

extension CELEvaluator {
    /// `"%d of %s".format([1, "a"])`
    mutating func format(_ arguments: CELArguments, _ node: CELNode) throws(CELFailure) -> CELValue? {
        guard case .string(let pattern) = arguments.first, case .list(let values) = arguments.second else { return nil }
        let scalars = Array(pattern.unicodeScalars)
        try charge(scalars.count / 4, node)
        var result = ""
        var next = 0
        var index = 0
        while index < scalars.count {
            guard scalars[index] == "%" else {
                result.unicodeScalars.append(scalars[index])
                index += 1
                continue
            }
            index += 1
            if index < scalars.count, scalars[index] == "%" {
                result += "%"
                index += 1
                continue
            }
            let precision = try precision(scalars, &index, node)
            guard index < scalars.count else { throw badFormat("a letter is missing behind the last '%'", node) }
            guard next < values.count else { throw badFormat("there are fewer values than places for them", node) }
            let text = try formatted(context.resolved(values[next]), scalars[index], precision, node)
            try charge(text.utf8.count / 16, node)
            result += text
            next += 1
            index += 1
        }
        return .string(result)
    }

    private func precision(_ scalars: [Unicode.Scalar], _ index: inout Int, _ node: CELNode) throws(CELFailure) -> Int?
    {
        guard index < scalars.count, scalars[index] == "." else { return nil }
        index += 1
        var value: Int?
        while index < scalars.count, ("0"..."9").contains(scalars[index]) {
            value = (value ?? 0) * 10 + Int(scalars[index].value - 0x30)
            guard value ?? 0 <= 1_000 else { throw badFormat("a precision is 1000 at most", node) }
            index += 1
        }
        guard let value else { throw badFormat("a precision needs digits: %.2f", node) }
        return value
    }

    private func badFormat(_ message: String, _ node: CELNode) -> CELFailure {
        failure(.badArgument, "format(): \(message)", node)
    }

    private func formatted(
        _ value: CELValue,
        _ letter: Unicode.Scalar,
        _ precision: Int?,
        _ node: CELNode
    ) throws(CELFailure) -> String {
        let text: String?
        switch letter {
        case "s": text = plain(value)
        case "d": text = decimal(value)
        case "f": text = real(value) { $0.fixed(precision ?? 6) }
        case "e": text = real(value) { $0.scientific(precision ?? 6) }
        case "b": text = radix(value, 2)
        case "o": text = radix(value, 8)
        case "x": text = hexadecimal(value)
        case "X": text = hexadecimal(value)?.uppercased()
        default: throw badFormat("'%\(letter)' is none of %s %d %f %e %b %o %x %X", node)
        }
        guard let text else { throw refused("format() with %\(letter)", [value], node) }
        return text
    }

    private func decimal(_ value: CELValue) -> String? {
        switch value {
        case .int(let value): String(value)
        case .uint(let value): String(value)
        case .double(let value): CELText.number(value)
        case .decimal(let value): value.text
        default: nil
        }
    }

    private func real(_ value: CELValue, _ write: (ExactDecimal) -> String) -> String? {
        guard let value = Self.double(value) else { return nil }
        return value.isFinite ? write(ExactDecimal(value)) : CELText.number(value)
    }

    private func radix(_ value: CELValue, _ radix: Int) -> String? {
        switch value {
        case .int(let value): String(value, radix: radix)
        case .uint(let value): String(value, radix: radix)
        case .bool(let value) where radix == 2: value ? "1" : "0"
        default: nil
        }
    }

    private func hexadecimal(_ value: CELValue) -> String? {
        switch value {
        case .string(let text): Self.hexadecimal(Array(text.utf8))
        case .bytes(let bytes): Self.hexadecimal(bytes)
        default: radix(value, 16)
        }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.reduce(into: "") { $0 += ($1 < 16 ? "0" : "") + String($1, radix: 16) }
    }

    /// A value for people; nil for one that has no such form.
    private func plain(_ value: CELValue) -> String? {
        switch context.resolved(value) {
        case .null: return "null"
        case .bool(let value): return value ? "true" : "false"
        case .int(let value): return String(value)
        case .uint(let value): return String(value)
        case .double(let value): return CELText.number(value)
        case .decimal(let value): return value.text
        case .string(let text): return text
        case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
        case .timestamp(let value): return value.text
        case .duration(let value): return value.text
        case .type(let type): return type.rawValue
        case .list(let elements):
            let texts = elements.compactMap { plain($0) }
            return texts.count == elements.count ? "[\(texts.joined(separator: ", "))]" : nil
        case .map(let map):
            let texts = map.entries.compactMap { entry in
                plain(entry.key).flatMap { key in plain(entry.value).map { (key, $0) } }
            }
            guard texts.count == map.count else { return nil }
            let sorted = texts.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
            return "{\(sorted.map { "\($0.0): \($0.1)" }.joined(separator: ", "))}"
        case .optional, .view: return nil
        }
    }
}

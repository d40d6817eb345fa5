import DashJSON
import DashModel
import FoundationEssentials

/// A row's values spelt in one way only. An engine may keep JSON in another order of keys and with other spellings of
/// numbers (`1e2`, `100`); here equal values are equal bytes.
struct CanonicalForm {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ value: SQLValue) {
        switch value {
        case .null: bytes.append(UInt8(ascii: "0"))
        case .bool(let flag): bytes.append(UInt8(ascii: flag ? "t" : "f"))
        case .integer(let number): append("i", UInt64(bitPattern: number))
        case .double(let number): append("d", number.bitPattern)
        case .timestamp(let time): append("w", UInt64(bitPattern: time.microseconds))
        case .text(let text): append("s", text.utf8)
        case .bytes(let bytes): append("b", bytes)
        case .uuid(let id): append("u", id.bytes)
        case .array(_, let elements):
            append("a", UInt64(elements.count))
            for element in elements { append(element) }
        case .json(let text):
            if let root = try? JSONDocument(parsing: text, limits: .rfc8259).root {
                append(root)
            } else {
                append("x", text)
            }
        }
    }

    private mutating func append(_ view: JSONView) {
        switch view.kind {
        case .null: bytes.append(UInt8(ascii: "n"))
        case .bool: bytes.append(UInt8(ascii: view.bool == true ? "T" : "F"))
        case .number: append(number: view.rawBytes)
        case .string: append("s", (view.string ?? "").utf8)
        case .array:
            bytes.append(UInt8(ascii: "["))
            for element in view.elements { append(element) }
            bytes.append(UInt8(ascii: "]"))
        case .object:
            bytes.append(UInt8(ascii: "{"))
            let members = view.members.map { (key: Array($0.key.utf8), value: $0.value) }
            for (key, value) in members.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
                append("k", key)
                append(value)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static let largestPower = 1 << 40

    /// The digits without leading and trailing zeros, and the power of ten of the last one.
    private mutating func append(number text: ArraySlice<UInt8>) {
        var digits: [UInt8] = []
        var exponent = 0
        var isFraction = false
        var index = text.startIndex
        let isNegative = text.first == UInt8(ascii: "-")
        if isNegative { index += 1 }
        scan: while index < text.endIndex {
            switch text[index] {
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                // Larger ones than any store takes are no different from each other.
                let power = Int(String(decoding: text[(index + 1)...], as: UTF8.self)) ?? 0
                exponent += max(-Self.largestPower, min(Self.largestPower, power))
                break scan
            case let digit:
                if isFraction { exponent -= 1 }
                if digit != UInt8(ascii: "0") || !digits.isEmpty { digits.append(digit) }
            }
            index += 1
        }
        while digits.last == UInt8(ascii: "0") {
            digits.removeLast()
            exponent += 1
        }
        guard !digits.isEmpty else {
            append("#", [UInt8(ascii: "0")])
            return
        }
        append(isNegative ? "-" : "+", digits)
        append("e", UInt64(bitPattern: Int64(exponent)))
    }

    private mutating func append(_ tag: Unicode.Scalar, _ number: UInt64) {
        bytes.append(UInt8(ascii: tag))
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// The length stands in front, so that no two values run together.
    private mutating func append(_ tag: Unicode.Scalar, _ content: some Collection<UInt8>) {
        append(tag, UInt64(content.count))
        bytes.append(contentsOf: content)
    }
}

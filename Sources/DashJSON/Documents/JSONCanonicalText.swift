/// A value's one spelling: equal values have equal bytes, however their numbers, texts and order of keys were written.
///
/// Numbers are written out without zeros that say nothing, texts have the escapes that RFC 8259 demands and no others,
/// keys stand in the order of their code points.
package struct JSONCanonicalText {
    package private(set) var bytes: [UInt8] = []

    private let maxZeros: Int

    /// Numbers that would need more than `maxZeros` zeros beside their digits have an exponent.
    package init(_ value: JSONView, maxZeros: Int = JSONLimits.maxIntegerDigits) {
        self.maxZeros = maxZeros
        append(value)
    }

    private mutating func append(_ value: JSONView) {
        switch value.kind {
        case .null, .bool: bytes += value.rawBytes
        case .number: value.rawBytes.withUnsafeBufferPointer { JSONDecimal($0).append(to: &bytes, maxZeros: maxZeros) }
        case .string: JSONEscaping.append(value.string ?? "", to: &bytes)
        case .array:
            bytes.append(UInt8(ascii: "["))
            for (place, element) in value.elements.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                append(element)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object:
            bytes.append(UInt8(ascii: "{"))
            let members = value.members.map { (key: Array($0.key.utf8), value: $0.value) }
            let sorted = members.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            for (place, member) in sorted.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                member.key.withUnsafeBufferPointer { JSONEscaping.append($0, to: &bytes) }
                bytes.append(UInt8(ascii: ":"))
                append(member.value)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }
}

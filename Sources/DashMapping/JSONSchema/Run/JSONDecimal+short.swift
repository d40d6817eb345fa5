import DashJSON

extension JSONDecimal {
    /// The nearest double of a text of no more than fifteen digits without exponent: two such texts have the same
    /// order as their doubles. nil for any other text.
    @inline(__always)
    static func short(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
        guard text.count <= 16 else { return nil }
        for byte in text where byte > 0x39 { return nil }
        return text.count <= 15 || text.contains(UInt8(ascii: ".")) || text.first == UInt8(ascii: "-")
            ? DecimalText.double(text) : nil
    }
}

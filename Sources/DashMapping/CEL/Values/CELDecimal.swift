import DashJSON

/// A number that no int, uint or double holds exactly: its own text, and the nearest double to calculate with.
public struct CELDecimal: Sendable {
    /// As RFC 8259 spells numbers.
    public let text: String
    /// Infinite beyond the range of doubles.
    public let double: Double

    init(text: String, double: Double) {
        self.text = text
        self.double = double
    }

    var isNegative: Bool { text.utf8.first == UInt8(ascii: "-") }

    var negated: CELDecimal {
        CELDecimal(text: isNegative ? String(text.dropFirst()) : "-" + text, double: -double)
    }

    /// The number as an int or uint, nil when it has a fraction or is out of range.
    func whole<Value: FixedWidthInteger>(_ type: Value.Type) -> Value? {
        var text = text
        return text.withUTF8 { ShortDecimal($0) }?.whole(type)
    }

    /// The number without its fraction, nil when it is out of range.
    func truncated<Value: FixedWidthInteger>(_ type: Value.Type) -> Value? {
        let decimal = exact
        let count = decimal.digits.count + decimal.exponent
        guard count > 0 else { return 0 }
        guard count <= 20 else { return nil }
        let zeros = String(repeating: "0", count: max(0, decimal.exponent))
        let digits = decimal.digits.prefix(count).map { String($0) }.joined()
        return Value((decimal.isNegative ? "-" : "") + digits + zeros)
    }

    private var exact: JSONDecimal { Self.exact(text) }

    private static func exact(_ text: String) -> JSONDecimal {
        var text = text
        return text.withUTF8 { JSONDecimal($0) }
    }

    // MARK: Order

    /// Rounding keeps the order: only where the doubles are the same all digits are looked at.
    func compare(_ other: CELDecimal) -> CELOrder {
        if double != other.double { return double < other.double ? .less : .greater }
        return text == other.text ? .equal : Self.order(exact, other.exact)
    }

    /// A double counts as the decimal it is written as: 0.1 is a tenth.
    func compare(_ other: Double) -> CELOrder {
        if other.isNaN { return .unordered }
        if other.isInfinite { return other < 0 ? .greater : .less }
        if double != other { return double < other ? .less : .greater }
        return Self.order(exact, Self.exact(other.description))
    }

    func compare(_ other: some FixedWidthInteger) -> CELOrder {
        if double != Double(other) { return double < Double(other) ? .less : .greater }
        return Self.order(exact, Self.exact(String(other)))
    }

    private static func order(_ left: JSONDecimal, _ right: JSONDecimal) -> CELOrder {
        let order = JSONDecimal.compare(left, right)
        return order < 0 ? .less : order > 0 ? .greater : .equal
    }
}

extension CELValue {
    /// A number with more digits than a double is sure to have, or an exponent.
    @inline(never)
    static func long(_ text: UnsafeBufferPointer<UInt8>) -> CELValue {
        let short = ShortDecimal(text)
        let double = short?.double ?? Double(String(decoding: text, as: UTF8.self)) ?? 0
        if let short, short.isText(of: double) { return .double(double) }
        return .decimal(CELDecimal(text: String(decoding: text, as: UTF8.self), double: double))
    }

    /// A number without fraction and exponent: an int, beyond its range a uint, beyond that its digits.
    @inline(never)
    static func longWhole(_ text: UnsafeBufferPointer<UInt8>) -> CELValue {
        let digits = String(decoding: text, as: UTF8.self)
        if let value = Int64(digits) { return .int(value) }
        if let value = UInt64(digits) { return .uint(value) }
        return .decimal(CELDecimal(text: digits, double: Double(digits) ?? 0))
    }
}

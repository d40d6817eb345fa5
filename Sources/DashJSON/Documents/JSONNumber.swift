/// A JSON number as its exact text, so that large integers and long fractions survive unchanged.
public struct JSONNumber: Sendable, Hashable {
    /// The number as it was written.
    public let text: String

    /// `text` must already be a number as RFC 8259 spells it; the parser guarantees it.
    init(validated text: String) { self.text = text }

    /// Takes a number written as RFC 8259 spells it; nil for anything else.
    public init?(text: String) {
        guard let value = try? JSONValue(parsing: text), case .number(let number) = value else { return nil }
        guard number.text == text else { return nil }
        self = number
    }

    public init(_ value: Int) { text = String(value) }
    public init(_ value: Int64) { text = String(value) }

    /// nil for infinities and NaN, which JSON can't say.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 {
            text = String(whole)
        } else {
            text = value.description
        }
    }

    /// The value as a whole number, if it is one and fits. With a point or an exponent only as far as doubles are exact.
    public var int: Int? {
        if let whole = Int(text) { return whole }
        guard let value = Double(text), value.magnitude < 0x1p53 else { return nil }
        return Int(exactly: value)
    }
    /// The nearest double.
    public var double: Double { Double(text) ?? 0 }
}

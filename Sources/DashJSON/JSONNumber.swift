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

    /// Infinities and NaN have no JSON spelling and become 0.
    public init(_ value: Double) {
        if let whole = Int64(exactly: value), abs(whole) < 1 << 53 {
            text = String(whole)
        } else {
            text = value.isFinite ? value.description : "0"
        }
    }

    /// The value as a whole number, if it is one and fits.
    public var int: Int? { Int(text) ?? Double(text).flatMap { Int(exactly: $0) } }
    /// The nearest double.
    public var double: Double { Double(text) ?? 0 }
}

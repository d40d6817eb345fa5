/// A JSON number as its exact text, so that large integers and long fractions survive unchanged.
public struct JSONNumber: Sendable, Hashable {
    public let text: String

    /// `text` must already be a number as RFC 8259 spells it; the parser guarantees it.
    init(validated text: String) { self.text = text }

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

    public var int: Int? { Int(text) ?? Double(text).flatMap { Int(exactly: $0) } }
    public var double: Double { Double(text) ?? 0 }
}

public import DashJSON

extension CELValue {
    /// Whole numbers become ints, beyond their range uints; all others doubles, or decimals where no double has
    /// their digits.
    public init(_ json: JSONValue) {
        switch json {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .number(let number):
            var text = number.text
            self = text.withUTF8 { text in
                if JSONNumberScanner.isInteger(text) == true { return Self.longWhole(text) }
                return DecimalText.short(text).map { .double($0) } ?? Self.long(text)
            }
        case .string(let text): self = .string(text)
        case .array(let elements): self = .list(elements.map { CELValue($0) })
        case .object(let object):
            self = .map(CELMap(unique: object.members.map { (.string($0.key), CELValue($0.value)) }))
        }
    }
}

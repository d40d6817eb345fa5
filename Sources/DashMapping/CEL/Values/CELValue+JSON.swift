public import DashJSON

extension CELValue {
    /// Whole numbers become ints, beyond their range uints; all others doubles.
    public init(_ json: JSONValue) {
        switch json {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .number(let number):
            if let value = Int64(number.text) {
                self = .int(value)
            } else if let value = UInt64(number.text) {
                self = .uint(value)
            } else {
                self = .double(number.double)
            }
        case .string(let text): self = .string(text)
        case .array(let elements): self = .list(elements.map { CELValue($0) })
        case .object(let object):
            self = .map(CELMap(unique: object.members.map { (.string($0.key), CELValue($0.value)) }))
        }
    }
}

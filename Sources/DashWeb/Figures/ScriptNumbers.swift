import DashJSON

/// Which numbers a browser's script can't hold: it reads every JSON number as a double.
enum ScriptNumbers {
    /// Any so short has no digits that a double loses.
    private static let safeLength = 15

    /// The text of a cell that a script would change; nil for all others.
    static func exactText(of value: JSONValue) -> String? { isExact(value) ? nil : text(value) }

    /// Whether a script may read the JSON and write it again.
    static func isExact(_ value: JSONValue) -> Bool {
        switch value {
        case .number(let number): isExact(number)
        case .array(let elements): elements.allSatisfy(isExact)
        case .object(let object): object.members.allSatisfy { isExact($0.value) }
        case .null, .bool, .string: true
        }
    }

    /// Whether a JSON text has anything that looks like a number which a script would change, be it in a string.
    static func mayRound(_ json: [UInt8]) -> Bool {
        var length = 0
        for byte in json {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."): length += 1
            case UInt8(ascii: "e") where length > 0, UInt8(ascii: "E") where length > 0: return true
            default: length = 0
            }
            if length > safeLength { return true }
        }
        return false
    }

    private static func isExact(_ number: JSONNumber) -> Bool {
        if number.text.utf8.count <= safeLength, !number.text.contains(where: { $0 == "e" || $0 == "E" }) {
            return true
        }
        guard let nearest = JSONNumber(number.double) else { return false }
        return FigureDigits(nearest) == FigureDigits(number)
    }

    private static func text(_ value: JSONValue) -> String {
        if case .number(let number) = value { number.text } else { value.text }
    }
}

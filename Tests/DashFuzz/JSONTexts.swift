/// Spells strings in JSON, now and then in an unusual way.
enum JSONTexts {
    static func quoted(_ text: String, random: inout some RandomNumberGenerator) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22: result += "\\\""
            case 0x5C: result += "\\\\"
            case 0..<0x20: result += escaped(UInt16(scalar.value))
            case 0x20...0xFFFF where Int.random(in: 0..<30, using: &random) == 0:
                result += escaped(UInt16(scalar.value))
            default: result.unicodeScalars.append(scalar)
            }
        }
        if Int.random(in: 0..<60, using: &random) == 0 { result += "\\ud83d\\ude00" }
        if Int.random(in: 0..<200, using: &random) == 0 { result += "\\ud800" }
        return result + "\""
    }

    private static func escaped(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}

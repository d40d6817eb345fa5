import DashJSON

/// A number as its decimal digits, so that no figure passes through a double on its way to a page.
struct FigureDigits: Sendable, Hashable {
    private(set) var isNegative: Bool
    /// Values 0 to 9 without zeros at either end; none for zero.
    private(set) var digits: [UInt8]
    /// The power of ten that the last digit stands for.
    private(set) var exponent: Int

    init(_ number: JSONNumber) {
        let decimal = Array(number.text.utf8).withUnsafeBufferPointer { JSONDecimal($0) }
        isNegative = decimal.isNegative
        digits = decimal.digits
        exponent = decimal.exponent
    }

    var isZero: Bool { digits.isEmpty }
    var isWhole: Bool { exponent >= 0 }
    /// Digits before the point; below one for what is less than 0.1.
    var wholeDigits: Int { digits.count + exponent }

    /// Rounded to so many places behind the point, halves away from zero.
    func rounded(to places: Int) -> FigureDigits {
        let kept = digits.count + exponent + places
        guard kept < digits.count else { return self }
        var rounded = self
        rounded.digits = kept <= 0 ? [] : Array(digits.prefix(kept))
        rounded.exponent = -places
        if kept >= 0, digits[kept] >= 5 { rounded.countUp() }
        while rounded.digits.last == 0 {
            rounded.digits.removeLast()
            rounded.exponent += 1
        }
        if rounded.isZero { rounded.exponent = 0 }
        return rounded
    }

    private mutating func countUp() {
        var place = digits.count - 1
        while place >= 0, digits[place] == 9 {
            digits[place] = 0
            place -= 1
        }
        if place >= 0 { digits[place] += 1 } else { digits.insert(1, at: 0) }
    }

    /// `-1,234.5`.
    var plain: String {
        guard !isZero else { return "0" }
        var text = isNegative ? "-" : ""
        let whole = max(0, wholeDigits)
        if whole == 0 { text += "0" }
        for place in 0..<whole {
            if place > 0, (whole - place) % 3 == 0 { text += "," }
            text += String(place < digits.count ? digits[place] : 0)
        }
        guard exponent < 0 else { return text }
        text += "." + String(repeating: "0", count: max(0, -wholeDigits))
        for digit in digits.dropFirst(whole) { text += String(digit) }
        return text
    }

    /// `-1.797e308`.
    var scientific: String {
        guard let first = digits.first else { return "0" }
        let rest = digits.dropFirst().map { String($0) }.joined()
        return (isNegative ? "-" : "") + String(first) + (rest.isEmpty ? "" : "." + rest) + "e\(wholeDigits - 1)"
    }
}

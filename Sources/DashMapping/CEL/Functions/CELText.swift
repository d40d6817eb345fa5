/// Texts as the language sees them: by code points, without Swift's idea of equal letters.
enum CELText {
    static func contains(_ text: String, _ part: String) -> Bool {
        let text = Array(text.utf8)
        let part = Array(part.utf8)
        guard let first = part.first else { return true }
        guard part.count <= text.count else { return false }
        for start in 0...(text.count - part.count)
        where text[start] == first && text[start..<start + part.count].elementsEqual(part) {
            return true
        }
        return false
    }

    /// The place of `part` nearest to `start`, going forwards or backwards from there; nil for none.
    static func place(
        of part: [Unicode.Scalar],
        in text: [Unicode.Scalar],
        from start: Int,
        backwards: Bool = false
    ) -> Int? {
        let last = text.count - part.count
        guard last >= 0 else { return nil }
        let places: any Sequence<Int> =
            backwards ? stride(from: min(start, last), through: 0, by: -1) : stride(from: start, through: last, by: 1)
        for place in places where text[place..<place + part.count].elementsEqual(part) { return place }
        return nil
    }

    static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        return text
    }

    /// A double as short as it can be read back: `3`, `0.5`, `1e+21`.
    static func number(_ value: Double) -> String {
        if value.magnitude < 0x1p53, value != 0, let whole = Int64(exactly: value) { return String(whole) }
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

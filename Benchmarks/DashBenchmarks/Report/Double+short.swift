extension Double {
    /// At most three significant digits, thousands apart: `1 234 000`, `56.7`, `0.847`.
    var short: String {
        guard isFinite else { return "–" }
        let magnitude = abs(self)
        if magnitude >= 1_000 { return Self.grouped(Int64(rounded())) }
        let digits = magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : magnitude >= 1 ? 2 : 3
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let value = (self * scale).rounded() / scale
        return value == value.rounded() ? String(Int64(value)) : String(value)
    }

    private static func grouped(_ value: Int64) -> String {
        var text = ""
        for (index, digit) in String(abs(value)).reversed().enumerated() {
            if index > 0, index.isMultiple(of: 3) { text.append(" ") }
            text.append(digit)
        }
        return (value < 0 ? "-" : "") + String(text.reversed())
    }
}

import DashJSON
import FoundationEssentials

/// Numbers and values as widgets show them; `format.js` writes them the same way.
enum WidgetFigure {
    /// `decimals` nil: fewer the larger the number.
    static func text(_ value: Double, decimals: Int? = nil) -> String {
        guard value.isFinite else { return "–" }
        let size = abs(value)
        let digits = min(max(decimals ?? (size >= 1_000 ? 0 : size >= 10 ? 1 : 2), 0), 10)
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = (size * scale).rounded(.toNearestOrAwayFromZero)
        // Beyond this a double has no digits after the point anyway.
        guard scaled < 9e15 else { return value.description }
        let whole = Int64(scaled)
        let divisor = Int64(scale)
        var text = grouped(whole / divisor)
        if digits > 0 {
            var fraction = String(whole % divisor)
            fraction = String(repeating: "0", count: digits - fraction.count) + fraction
            while fraction.last == "0" { fraction.removeLast() }
            if !fraction.isEmpty { text += "." + fraction }
        }
        return value < 0 && whole != 0 ? "-" + text : text
    }

    static func text(_ value: JSONValue, type: String, decimals: Int? = nil) -> String {
        switch value {
        case .null: "–"
        case .number(let number): text(number.double, decimals: decimals)
        case .string(let text): type == "time" ? time(text) : text
        case .bool(let flag): flag ? "true" : "false"
        case .array, .object: value.text
        }
    }

    /// `2026-01-31T12:00:00.5Z` as `2026-01-31 12:00:00 UTC`; the browser then shows its own time.
    private static func time(_ text: String) -> String {
        text.count > 19 ? String(text.prefix(19)).replacing("T", with: " ") + " UTC" : text
    }

    private static func grouped(_ value: Int64) -> String {
        let digits = Array(String(value))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }
}

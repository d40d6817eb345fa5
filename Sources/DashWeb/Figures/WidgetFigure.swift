import DashJSON
import FoundationEssentials

/// Numbers and values as widgets show them. `format.js` has the same rules; `Tests/EndToEnd/browser/figures.json` holds both to
/// the same cases.
///
/// Whole numbers keep every digit. Of others the digits that say something stay: six, and two behind the point of larger ones.
/// What is very large or very small has a power of ten.
enum WidgetFigure {
    private static let significant = 6
    private static let placesOfLarge = 2
    /// Beyond so many digits on either side of the point nobody counts them.
    private static let longest = 21
    private static let smallest = -5

    /// `decimals` nil: as many as the number needs.
    static func text(_ number: JSONNumber, decimals: Int? = nil) -> String {
        let (digits, isScientific) = rounded(number, decimals)
        return isScientific ? digits.scientific : digits.plain
    }

    static func text(_ value: Double, decimals: Int? = nil) -> String {
        JSONNumber(value).map { text($0, decimals: decimals) } ?? "–"
    }

    static func text(_ value: JSONValue, type: String, decimals: Int? = nil) -> String {
        switch value {
        case .null: "–"
        case .number(let number): text(number, decimals: decimals)
        case .string(let text): type == "time" ? time(text) : text
        case .bool(let flag): flag ? "true" : "false"
        case .array, .object: value.text
        }
    }

    /// As a widget's config has it: with its decimals, and its unit behind it.
    static func text(_ value: JSONValue, _ config: JSONValue) -> String {
        let text = text(value, type: "", decimals: config["decimals"]?.intValue)
        guard let unit = config["unit"]?.stringValue, !unit.isEmpty, !value.isNull else { return text }
        return text + " " + unit
    }

    /// A figure is never cut: one of many digits is smaller.
    static func size(of text: String) -> String {
        text.utf16.count > 14 ? " longer" : text.utf16.count > 7 ? " long" : ""
    }

    /// The number whole, where its figure leaves digits out.
    static func whole(_ value: JSONValue) -> String? {
        guard case .number(let number) = value, rounded(number, nil).digits != FigureDigits(number) else { return nil }
        return number.text
    }

    /// What a group is called: a name, even where it is made of digits.
    static func name(_ value: JSONValue) -> String {
        switch value {
        case .null: "–"
        case .number(let number): number.text
        default: text(value, type: "string")
        }
    }

    private static func rounded(_ number: JSONNumber, _ decimals: Int?) -> (digits: FigureDigits, isScientific: Bool) {
        let digits = FigureDigits(number)
        if digits.wholeDigits > longest { return (shortened(digits), true) }
        if let decimals { return (digits.rounded(to: min(max(decimals, 0), 10)), false) }
        if digits.isWhole { return (digits, false) }
        if digits.wholeDigits < smallest { return (shortened(digits), true) }
        let kept = max(significant, digits.wholeDigits + placesOfLarge)
        return (digits.rounded(to: kept - digits.wholeDigits), false)
    }

    private static func shortened(_ digits: FigureDigits) -> FigureDigits {
        digits.rounded(to: significant - digits.wholeDigits)
    }

    /// `2026-01-31T12:00:00.5Z` as `2026-01-31 12:00:00 UTC`; the browser then shows its own time.
    private static func time(_ text: String) -> String {
        text.count > 19 ? String(text.prefix(19)).replacing("T", with: " ") + " UTC" : text
    }
}

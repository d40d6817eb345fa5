import DashJSON
import FoundationEssentials

/// A setting of a widget's config: its control in the form and its check come from this value. Kinds that share one share its value.
struct WidgetSetting: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// One line with at most so many characters.
        case line(Int)
        /// Several lines with at most so many bytes; it can't be empty.
        case text(Int)
        case whole(ClosedRange<Int>)
        case number
    }

    /// Its member of the config.
    let name: String
    let label: String
    let kind: Kind
    let placeholder: String
    let help: String

    init(_ name: String, _ kind: Kind, label: String, placeholder: String = "auto", help: String = "") {
        self.name = name
        self.label = label
        self.kind = kind
        self.placeholder = placeholder
        self.help = help
    }

    static let unit = WidgetSetting("unit", .line(20), label: "Unit", placeholder: "°C")
    static let decimals = WidgetSetting("decimals", .whole(0...10), label: "Decimals")
    static let minimum = WidgetSetting("min", .number, label: "Minimum")
    static let maximum = WidgetSetting("max", .number, label: "Maximum")

    /// Whether it needs a place of its own in the form.
    var isText: Bool { if case .text = kind { true } else { false } }

    /// What was typed; nil when that is nothing.
    func typed(_ text: String?) -> String? {
        guard let text, !text.isEmpty else { return nil }
        if isText { return text.replacing("\r\n", with: "\n") }
        let line = text.trimmingSpaces
        return line.isEmpty ? nil : line
    }

    /// What was typed as a member of the config, and what is wrong with it.
    func value(_ typed: String?) -> (value: JSONValue?, fault: String?) {
        guard let typed else { return (nil, isText ? "must not be empty" : nil) }
        switch kind {
        case .line(let limit):
            return (.string(typed), typed.count > limit ? "must have at most \(limit) characters" : nil)
        case .text(let limit):
            if typed.trimmingSpaces.isEmpty { return (nil, "must not be empty") }
            return (.string(typed), typed.utf8.count > limit ? "is too long" : nil)
        case .whole(let range):
            guard let number = Int(typed), range.contains(number) else {
                return (nil, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return (.number(JSONNumber(number)), nil)
        case .number:
            guard let number = JSONNumber(text: typed) else { return (nil, "must be a number") }
            return (.number(number), nil)
        }
    }

    /// What the `widget-setting` template is given.
    func data(_ typed: String, error: String?) -> ViewData {
        var data: ViewData = [
            "setting": name, "label": label, "value": typed, "placeholder": placeholder,
            "help": help.isEmpty ? false : help,
            "error": error ?? false, "isText": false, "isLine": false, "isWhole": false, "isNumber": false,
        ]
        data["shownFor"] = WidgetKinds.all.filter { $0.settings.contains { $0.name == name } }.map(\.name)
            .joined(separator: " ")
        switch kind {
        case .line(let limit): data.merge(["isLine": true, "limit": limit]) { $1 }
        case .text: data["isText"] = true
        case .whole(let range):
            data.merge(["isWhole": true, "least": range.lowerBound, "most": range.upperBound]) { $1 }
        case .number: data["isNumber"] = true
        }
        return data
    }
}

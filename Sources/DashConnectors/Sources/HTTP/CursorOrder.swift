import DashJSON
import DashModel

/// By what the values of the field that orders a source's records are compared: one way for all of them, said by the
/// config or found once and kept. A value that does not fit has no place in the order; its record is taken all the same.
struct CursorOrder: Sendable, Hashable {
    enum Kind: String, Sendable, CaseIterable {
        case number, text, time
    }

    let kind: Kind
    /// Of texts that were found to be in order: `x9` and `x10` are not, `x09` and `x10` are.
    let width: Int?

    /// As the config says; every text that can be read so has a place.
    init(given kind: Kind) {
        self.kind = kind
        width = nil
    }

    /// What the values of a whole scan have in common; nil when that is no order.
    init?(of values: some Collection<CursorValue>) {
        let ordered = values.filter(\.isOrdered)
        let kinds = Set(ordered.compactMap(\.kind))
        let widths = Set(ordered.map(\.text.utf8.count))
        if kinds == [.number] || kinds == [.time], let kind = kinds.first {
            self.kind = kind
            width = nil
        } else if widths.count == 1, let width = widths.first {
            kind = .text
            self.width = width
        } else {
            return nil
        }
        isFound = true
    }

    init?(json: JSONValue?) {
        guard let kind = json?["kind"]?.stringValue.flatMap(Kind.init) else { return nil }
        self.kind = kind
        width = json?["width"]?.intValue
        isFound = json?["found"]?.boolValue == true
    }

    private var isFound = false

    var json: JSONValue {
        var object = JSONObject([("kind", .string(kind.rawValue))])
        if let width { object["width"] = .number(JSONNumber(width)) }
        if isFound { object["found"] = true }
        return .object(object)
    }

    func value(_ value: JSONValue?) -> CursorValue {
        switch value {
        case .string(let text)?:
            let fits = !isFound || kind == .time || (kind == .number ? CursorValue.isPlainNumber(text) : isWide(text))
            return fits ? CursorValue(text, as: kind) : CursorValue(unordered: text)
        case .number(let number)?:
            return !isFound || kind == .number
                ? CursorValue(number.text, as: kind) : CursorValue(unordered: number.text)
        default: return .missing
        }
    }

    /// A value from before the order was found.
    func value(_ value: CursorValue) -> CursorValue {
        let fits = value.kind == kind || kind == .text && isWide(value.text)
        return fits ? CursorValue(value.text, as: kind) : CursorValue(unordered: value.text)
    }

    private func isWide(_ text: String) -> Bool { width.map { $0 == text.utf8.count } ?? true }
}

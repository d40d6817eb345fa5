import DashJSON
import DashModel

/// By what the values of the field that orders a source's records are compared: one way for all of them, said by the
/// config or found at the end of a scan and kept. A value that does not fit has no place in the order; its record is
/// taken all the same.
struct CursorOrder: Sendable, Hashable {
    enum Kind: String, Sendable, CaseIterable {
        case number, text, time
    }

    let kind: Kind
    /// Of texts that were found to be in order: `x9` and `x10` are not, `x09` and `x10` are.
    private let width: Int?
    /// Whether those texts were of digits alone. Elsewhere a text that reads as a number may be one of another order.
    private let isDigits: Bool
    /// An order that nobody said holds only values that look like those it was found by.
    private let isFound: Bool

    /// As the config says; every text that can be read so has a place.
    init(given kind: Kind) {
        self.kind = kind
        width = nil
        isDigits = false
        isFound = false
    }

    /// What the values of a whole scan, still undecided, have in common; nil when that is no order.
    init?(of values: some Collection<CursorValue>) {
        let likely = values.filter { !$0.isMissing }
        let kinds = Set(likely.map(\.likelyKind))
        let widths = Set(likely.map(\.text.utf8.count))
        if kinds == [.number] || kinds == [.time], let kind = kinds.first {
            self.kind = kind
            width = nil
            isDigits = false
        } else if widths.count == 1, let width = widths.first, !likely.contains(where: \.isNumber) {
            kind = .text
            self.width = width
            isDigits = likely.allSatisfy { Self.isOfDigits($0.text) }
            // `12` beside `a9`: who knows what follows.
            if !isDigits, likely.contains(where: { $0.likelyKind == .number }) { return nil }
        } else {
            return nil
        }
        isFound = true
    }

    init?(json: JSONValue?) {
        guard let kind = json?["kind"]?.stringValue.flatMap(Kind.init) else { return nil }
        self.kind = kind
        width = json?["width"]?.intValue
        isDigits = json?["digits"]?.boolValue == true
        isFound = json?["found"]?.boolValue == true
    }

    var json: JSONValue {
        var object = JSONObject([("kind", .string(kind.rawValue))])
        if let width { object["width"] = .number(JSONNumber(width)) }
        if isDigits { object["digits"] = true }
        if isFound { object["found"] = true }
        return .object(object)
    }

    func value(_ value: JSONValue?) -> CursorValue {
        switch value {
        case .string(let text)?:
            return !isFound || fits(text) ? CursorValue(text, as: kind) : CursorValue(unordered: text)
        case .number(let number)?:
            return !isFound || kind == .number
                ? CursorValue(number.text, as: kind) : CursorValue(unordered: number.text)
        default: return .missing
        }
    }

    private func fits(_ text: String) -> Bool {
        switch kind {
        case .time: true
        case .number: CursorValue.isPlainNumber(text)
        case .text:
            text.utf8.count == width
                && (isDigits ? Self.isOfDigits(text) : !CursorValue.isPlainNumber(text))
        }
    }

    private static func isOfDigits(_ text: String) -> Bool { text.utf8.allSatisfy { (48...57).contains($0) } }
}

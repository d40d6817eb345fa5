import DashJSON
import DashModel

/// The value of the field by which a source's records are in order, as the source spells it.
struct CursorValue: Sendable, Hashable, Comparable {
    private enum Place: Sendable, Hashable {
        /// Outside of the order.
        case none(String)
        /// There is no order yet: each spelling is a value of its own, so that any order can be found later.
        case undecided(String, isNumber: Bool)
        case number(JSONDecimal)
        case time(Timestamp)
        case text(String)

        var rank: Int {
            switch self {
            case .none: 0
            case .undecided: 1
            case .number: 2
            case .time: 3
            case .text: 4
            }
        }
    }

    /// The source's own spelling, as it goes into the next request.
    let text: String
    private let place: Place

    /// What a record has that lacks the field.
    static let missing = CursorValue(unordered: "")

    /// A value that no other is compared with.
    init(unordered text: String) {
        self.text = text
        place = .none(text)
    }

    /// A value before the order is known.
    init(undecided value: JSONValue?) {
        switch value {
        case .number(let number)?:
            text = number.text
            place = .undecided(text, isNumber: true)
        case .string(let given)? where !given.isEmpty:
            text = given
            place = .undecided(text, isNumber: false)
        default: self = .missing
        }
    }

    /// A value in a known order; unordered when it can't be read as one of that.
    init(_ text: String, as kind: CursorOrder.Kind) {
        self.text = text
        switch kind {
        case .number: place = Self.number(text).map { .number($0) } ?? .none(text)
        case .time: place = Timestamp(text: text).map { .time($0) } ?? .none(text)
        case .text: place = text.isEmpty ? .none(text) : .text(text)
        }
    }

    /// nil for a value without a place in an order.
    var kind: CursorOrder.Kind? {
        switch place {
        case .none, .undecided: nil
        case .number: .number
        case .time: .time
        case .text: .text
        }
    }

    /// What the value looks like, taken alone.
    var likelyKind: CursorOrder.Kind {
        if isNumber || Self.isPlainNumber(text) { return .number }
        return Timestamp(text: text) == nil ? .text : .time
    }

    var isOrdered: Bool { kind != nil }
    var isUndecided: Bool { place.rank == 1 }
    /// Whether there is nothing to be sent.
    var isMissing: Bool { text.isEmpty }
    /// Whether the source gave a number, not a text, before there was an order.
    var isNumber: Bool { if case .undecided(_, isNumber: true) = place { true } else { false } }

    var json: JSONValue {
        switch place {
        case .number, .undecided(_, isNumber: true): JSONNumber(text: text).map { .number($0) } ?? .string(text)
        default: .string(text)
        }
    }

    /// Whether both have a place in one order, and this one's is in front.
    func precedes(_ other: CursorValue) -> Bool { isOrdered && kind == other.kind && self < other }

    /// Whether this value is in front of the other one in any order that may yet be found.
    func surelyPrecedes(_ other: CursorValue) -> Bool {
        guard !isMissing, !other.isMissing, likelyKind == other.likelyKind else { return false }
        if likelyKind == .text, text.utf8.count != other.text.utf8.count { return false }
        return CursorValue(text, as: likelyKind).precedes(CursorValue(other.text, as: likelyKind))
    }

    /// Whether a look back of so much (seconds for times) from `end` reaches this value. `limit` is a time that the end
    /// counts as at most.
    func isReached(from end: CursorValue, back overlap: Double, limit: Timestamp?) -> Bool {
        switch (place, end.place) {
        case (.number, .number): return (Double(text) ?? 0) >= (Double(end.text) ?? 0) - overlap
        case (.time(let value), .time(let end)):
            let end = limit.map { min($0, end) } ?? end
            return value >= end - .microseconds(Int64(overlap * 1_000_000))
        default: return self >= end
        }
    }

    static func < (lhs: CursorValue, rhs: CursorValue) -> Bool {
        switch (lhs.place, rhs.place) {
        case (.none(let lhs), .none(let rhs)): lhs < rhs
        case (.undecided(let lhs, let isLeftNumber), .undecided(let rhs, let isRightNumber)):
            lhs == rhs ? !isLeftNumber && isRightNumber : lhs < rhs
        case (.number(let lhs), .number(let rhs)): lhs < rhs
        case (.time(let lhs), .time(let rhs)): lhs < rhs
        case (.text(let lhs), .text(let rhs)): lhs.utf8.lexicographicallyPrecedes(rhs.utf8)
        default: lhs.place.rank < rhs.place.rank
        }
    }

    // Two spellings of one moment are one value.
    static func == (lhs: CursorValue, rhs: CursorValue) -> Bool { lhs.place == rhs.place }
    func hash(into hasher: inout Hasher) { hasher.combine(place) }

    /// A number as people write it: `0017` and `12e4` are more often parts of ids.
    static func isPlainNumber(_ text: String) -> Bool {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first,
            parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } })
        else { return false }
        return whole.utf8.count == 1 || !whole.hasPrefix("0")
    }

    /// All digits count: ids of 64 bits are more than a double tells apart.
    private static func number(_ text: String) -> JSONDecimal? {
        guard let number = Double(text), number.isFinite,
            text.utf8.allSatisfy({ (48...57).contains($0) || [43, 45, 46, 69, 101].contains($0) })
        else { return nil }
        return Array(text.utf8).withUnsafeBufferPointer { JSONDecimal($0) }
    }
}

import DashJSON
import DashModel

/// The value of the field by which a source's records are in order, as the source spells it.
struct CursorValue: Sendable, Hashable, Comparable {
    private enum Place: Sendable, Hashable {
        case none(String)
        case number(Double)
        case time(Timestamp)
        case text(String)

        var rank: Int {
            switch self {
            case .none: 0
            case .number: 1
            case .time: 2
            case .text: 3
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

    /// A value in a known order; unordered when it can't be read as one of that.
    init(_ text: String, as kind: CursorOrder.Kind) {
        self.text = text
        switch kind {
        case .number:
            let number = Double(text) ?? .nan
            place = number.isFinite ? .number(number) : .none(text)
        case .time: place = Timestamp(text: text).map { .time($0) } ?? .none(text)
        case .text: place = text.isEmpty ? .none(text) : .text(text)
        }
    }

    /// A value before the order is known, by what it looks like alone.
    init(likely value: JSONValue?) {
        switch value {
        case .number(let number)?: self.init(number.text, as: .number)
        case .string(let text)? where Self.isPlainNumber(text): self.init(text, as: .number)
        case .string(let text)?: self.init(text, as: Timestamp(text: text) == nil ? .text : .time)
        default: self = .missing
        }
    }

    /// nil for a value without a place in an order.
    var kind: CursorOrder.Kind? {
        switch place {
        case .none: nil
        case .number: .number
        case .time: .time
        case .text: .text
        }
    }

    var isOrdered: Bool { kind != nil }
    /// Whether there is nothing to be sent.
    var isMissing: Bool { text.isEmpty }

    var json: JSONValue {
        if case .number = place, let number = JSONNumber(text: text) { .number(number) } else { .string(text) }
    }

    /// Whether both have a place in one order, and this one's is in front.
    func precedes(_ other: CursorValue) -> Bool { isOrdered && kind == other.kind && self < other }

    /// Whether a look back of so much (seconds for times) from `end` reaches this value. `limit` is a time that the end
    /// counts as at most.
    func isReached(from end: CursorValue, back overlap: Double, limit: Timestamp?) -> Bool {
        switch (place, end.place) {
        case (.number(let value), .number(let end)): return value >= end - overlap
        case (.time(let value), .time(let end)):
            let end = limit.map { min($0, end) } ?? end
            return value >= end - .microseconds(Int64(overlap * 1_000_000))
        default: return self >= end
        }
    }

    static func < (lhs: CursorValue, rhs: CursorValue) -> Bool {
        switch (lhs.place, rhs.place) {
        case (.none(let lhs), .none(let rhs)): lhs < rhs
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
}

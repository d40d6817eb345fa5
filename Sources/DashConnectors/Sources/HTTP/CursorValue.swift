import DashJSON
import DashModel

/// The value of the field by which a source's records are in order: a time, a number or a text, as the source spells it.
struct CursorValue: Sendable, Hashable, Comparable {
    private enum Order: Sendable, Hashable {
        case missing
        case number(Double)
        case time(Timestamp)
        case text(String)

        var rank: Int {
            switch self {
            case .missing: 0
            case .number: 1
            case .time: 2
            case .text: 3
            }
        }
    }

    /// The source's own spelling, as it goes into the next request.
    let text: String
    private let order: Order

    /// What a record has that lacks the field.
    static let missing = CursorValue(text: "", order: .missing)

    private init(text: String, order: Order) {
        self.text = text
        self.order = order
    }

    init(_ text: String) {
        self.text = text
        order =
            if text.isEmpty {
                .missing
            } else if let number = Double(text), number.isFinite {
                .number(number)
            } else if let time = Timestamp(text: text) { .time(time) } else { .text(text) }
    }

    init(_ value: JSONValue?) {
        switch value {
        case .string(let text)?: self.init(text)
        case .number(let number)?: self.init(number.text)
        default: self = .missing
        }
    }

    var isMissing: Bool { order == .missing }

    /// Whether a look back of so much (seconds for times) from `end` reaches this value. `limit` is a time that the end
    /// counts as at most.
    func isReached(from end: CursorValue, back overlap: Double, limit: Timestamp?) -> Bool {
        switch (order, end.order) {
        case (.number(let value), .number(let end)): return value >= end - overlap
        case (.time(let value), .time(let end)):
            let end = limit.map { min($0, end) } ?? end
            return value >= end - .microseconds(Int64(overlap * 1_000_000))
        default: return self >= end
        }
    }

    static func < (lhs: CursorValue, rhs: CursorValue) -> Bool {
        switch (lhs.order, rhs.order) {
        case (.number(let lhs), .number(let rhs)): lhs < rhs
        case (.time(let lhs), .time(let rhs)): lhs < rhs
        case (.text(let lhs), .text(let rhs)): lhs < rhs
        default: lhs.order.rank < rhs.order.rank
        }
    }

    // Two spellings of one moment are one value.
    static func == (lhs: CursorValue, rhs: CursorValue) -> Bool { lhs.order == rhs.order }
    func hash(into hasher: inout Hasher) { hasher.combine(order) }
}

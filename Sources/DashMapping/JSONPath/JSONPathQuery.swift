import DashJSON

/// A path's parts: what each step selects from what the step before it found.
struct JSONPathQuery: Sendable {
    var segments: [Segment]

    struct Segment: Sendable {
        /// `..`: from the value and everything in it.
        var isDescendant: Bool
        var selectors: [Selector]
    }

    enum Selector: Sendable {
        case name(String)
        case wildcard
        case index(Int)
        case slice(start: Int?, end: Int?, step: Int)
        case filter(JSONPathLogic)
    }

    var isSingular: Bool {
        segments.allSatisfy { segment in
            guard !segment.isDescendant, segment.selectors.count == 1 else { return false }
            switch segment.selectors[0] {
            case .name, .index: return true
            case .wildcard, .slice, .filter: return false
            }
        }
    }
}

/// A filter's condition.
indirect enum JSONPathLogic: Sendable {
    case any([JSONPathLogic])
    case all([JSONPathLogic])
    case not(JSONPathLogic)
    case exists(JSONPathReference)
    case comparison(JSONPathOperand, JSONPathComparison, JSONPathOperand)
    /// `match` or `search`: whether the text has the form of the pattern.
    case pattern(JSONPathOperand, JSONPathOperand, whole: Bool)
}

enum JSONPathComparison: Sendable {
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
}

/// A path inside a filter: from the tested value (`@`) or from the root (`$`).
struct JSONPathReference: Sendable {
    var isRelative: Bool
    var query: JSONPathQuery
}

/// One side of a comparison or an argument of a function.
indirect enum JSONPathOperand: Sendable {
    case literal(JSONValue)
    case singular(JSONPathReference)
    case length(JSONPathOperand)
    case count(JSONPathReference)
    case value(JSONPathReference)
    /// A pattern written as a literal, compiled once.
    case compiledPattern(RegularExpression?)
}

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
        /// `.*`
        case wildcard
        /// `[*]`
        case elements
        case index(Int)
        case slice(start: Int?, end: Int?, step: Int)
        case filter(JSONPathLogic)
    }

    var isSingular: Bool {
        segments.allSatisfy { segment in
            guard !segment.isDescendant, segment.selectors.count == 1 else { return false }
            switch segment.selectors[0] {
            case .name, .index: return true
            case .wildcard, .elements, .slice, .filter: return false
            }
        }
    }
}

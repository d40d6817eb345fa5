import DashJSON

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

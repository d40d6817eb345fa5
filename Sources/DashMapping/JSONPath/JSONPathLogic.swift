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

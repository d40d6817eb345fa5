/// A pattern's structure.
indirect enum RegularExpressionTree {
    case character(CharacterClass)
    case assertion(PatternAssertion)
    case sequence([RegularExpressionTree])
    case choice([RegularExpressionTree])
    /// `most` nil: without limit.
    case repeated(RegularExpressionTree, least: Int, most: Int?)
}

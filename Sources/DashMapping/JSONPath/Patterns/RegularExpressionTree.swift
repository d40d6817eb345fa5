/// A pattern's structure.
indirect enum RegularExpressionTree {
    case character(CharacterClass)
    case start
    case end
    case assertion(PatternAssertion)
    case sequence([RegularExpressionTree])
    case choice([RegularExpressionTree])
    /// `most` nil: without limit.
    case repeated(RegularExpressionTree, least: Int, most: Int?)
    /// Between a letter, digit or `_` and something else, or anywhere but there.
    case boundary(isNegated: Bool)
    /// Where the inner pattern follows, or does not, without being part of the match.
    case ahead(RegularExpressionTree, isNegated: Bool)
}

/// A pattern's structure.
indirect enum RegularExpressionTree {
    case character(CharacterClass)
    case assertion(PatternAssertion)
    case sequence([RegularExpressionTree])
    case choice([RegularExpressionTree])
    /// `most` nil: without limit.
    case repeated(RegularExpressionTree, least: Int, most: Int?)
    /// Where the inner pattern follows, or does not, without being part of the match.
    case ahead(RegularExpressionTree, isNegated: Bool)
}

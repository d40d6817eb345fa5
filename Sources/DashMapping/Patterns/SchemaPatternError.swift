/// Why a text is no pattern that can be used.
struct SchemaPatternError: Error {
    var reason: String
    /// Whether it is a pattern by ECMA-262 all the same.
    var isWellFormed = false

    init(_ reason: String, isWellFormed: Bool = false) {
        self.reason = reason
        self.isWellFormed = isWellFormed
    }
}

/// A piece of an expression's text.
struct CELToken {
    enum Form: Equatable {
        case end
        case int(UInt64)
        case uint(UInt64)
        /// With its digits.
        case double(Double, String)
        case string(String)
        case bytes([UInt8])
        /// A name, or a word that is reserved.
        case name(String)
        /// A field's name in back quotes.
        case quotedName(String)
        /// An operator or punctuation.
        case symbol(String)
    }

    var form: Form
    /// In scalars from the start of the text.
    var offset: Int

    /// For messages: `'+'`, `the end`.
    var phrase: String {
        switch form {
        case .end: "the end"
        case .int, .uint, .double: "a number"
        case .string: "a string"
        case .bytes: "bytes"
        case .name(let name): "'\(name)'"
        case .quotedName(let name): "'`\(name)`'"
        case .symbol(let symbol): "'\(symbol)'"
        }
    }
}

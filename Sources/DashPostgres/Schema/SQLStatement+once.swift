import DashStorage

extension SQLStatement {
    /// A statement of the program's own that is not worth keeping compiled.
    static func once(_ text: String) -> SQLStatement {
        var statement = SQLStatement(raw: text)
        statement.isReusable = false
        return statement
    }
}

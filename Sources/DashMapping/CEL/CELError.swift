/// One thing that is wrong with an expression, and where.
public struct CELError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong and, where one is known, the fix.
    public let message: String
    /// Counted from 1.
    public let line: Int
    /// In characters (Unicode scalars), counted from 1.
    public let column: Int

    /// `offset` counts scalars from the start of the expression.
    init(_ message: String, at offset: Int, in text: [Unicode.Scalar]) {
        self.message = message
        var line = 1
        var column = 1
        for scalar in text.prefix(offset) {
            if scalar == "\n" {
                line += 1
                column = 1
            } else {
                column += 1
            }
        }
        self.line = line
        self.column = column
    }

    /// `line 1, column 8: there is no variable 'recrod'; did you mean 'record'?`
    public var description: String { "line \(line), column \(column): \(message)" }
}

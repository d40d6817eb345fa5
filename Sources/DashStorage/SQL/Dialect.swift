/// Where engines spell the SQL of plain rows differently.
public protocol Dialect: Sendable {
    var name: String { get }

    /// How a sealed text is bound.
    func sealed(_ text: String) -> SQLValue

    /// The sealed text in a cell.
    func sealedText(_ row: SQLRow, _ index: Int) -> String?

    /// A case-insensitive match against a pattern with `%` and `_`.
    func like(_ column: SQLStatement, _ pattern: SQLValue) -> SQLStatement

    /// What ends a SELECT that holds its rows against every other transaction that writes or refers to them.
    var rowLock: SQLStatement { get }

    /// What ends a SELECT that holds its rows against every other transaction that writes them; others may refer to them.
    var changeLock: SQLStatement { get }

    /// Whether a column is among what a SELECT chooses to be deleted: rows that another transaction holds are left to it.
    func isChosen(_ column: SQLStatement, by selection: SQLStatement) -> SQLStatement
}

extension Dialect {
    public var rowLock: SQLStatement { " FOR UPDATE" }
    public var changeLock: SQLStatement { " FOR NO KEY UPDATE" }
}

/// One connection inside a transaction, lent to a closure that does its work on the spot.
public protocol SQLConnection {
    var dialect: any Dialect { get }

    /// Runs a statement; returns how many rows it changed. Throws `SQLError`.
    @discardableResult
    func execute(_ statement: SQLStatement) throws -> Int

    /// Runs a statement and returns its rows. Throws `SQLError`.
    func fetch(_ statement: SQLStatement) throws -> [SQLRow]

    /// Runs statements one after the other, in as few round trips as the engine can. Throws `SQLError`.
    func execute(all statements: [SQLStatement]) throws
}

extension SQLConnection {
    public func execute(all statements: [SQLStatement]) throws {
        for statement in statements { try execute(statement) }
    }

    public func fetchOne(_ statement: SQLStatement) throws -> SQLRow? { try fetch(statement).first }
}

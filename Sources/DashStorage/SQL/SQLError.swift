public import DashModel

/// What a database refused, without any bound value.
public struct SQLError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: Sendable, Hashable {
        case unique(table: String, columns: [String])
        case foreignKey
        case notNull(table: String, column: String)
        case full, busy, io, readOnly, cannotOpen, corrupt, interrupted
        case other
    }

    public var code: Code
    /// The engine's words.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }

    /// The error as the rest of Dash knows it.
    public var dashError: DashError {
        switch code {
        case .unique(_, let columns):
            DashError(
                .conflict,
                "There is one with the same \(columns.filter { $0 != "team_id" }.joined(separator: " and ")) already.",
                issues: columns.filter { $0 != "team_id" }.map {
                    DashError.Issue(pointer: "/" + $0, message: "is taken")
                }
            )
        case .foreignKey: DashError(.invalid, "A row that this one refers to does not exist.")
        case .notNull(_, let column):
            DashError(
                .invalid,
                "A value is missing.",
                issues: [DashError.Issue(pointer: "/" + column, message: "is required")]
            )
        case .full: DashError(.unavailable, "The database's disk is full.", retryAfter: .seconds(30))
        case .busy: DashError(.unavailable, "The database is busy.", retryAfter: .seconds(1))
        case .io:
            DashError(.unavailable, "The database's disk answers with errors: \(message).", retryAfter: .seconds(10))
        case .readOnly:
            DashError(.unavailable, "The database can't be written to: \(message).", retryAfter: .seconds(30))
        case .cannotOpen: DashError(.unavailable, "The database can't be opened: \(message).", retryAfter: .seconds(30))
        case .interrupted:
            DashError(.unavailable, "The query took too long; ask for a shorter range.", retryAfter: .seconds(5))
        case .corrupt: DashError(.internal, "The database file is damaged: \(message).")
        case .other: DashError(.internal, "The database refused a statement: \(message).")
        }
    }
}

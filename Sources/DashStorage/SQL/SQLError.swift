public import DashModel

/// What a database refused, without any bound value.
public struct SQLError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: Sendable, Hashable {
        case unique(table: String, columns: [String])
        case foreignKey
        case notNull(table: String, column: String)
        case full, busy, io, readOnly, cannotOpen, corrupt, interrupted
        /// The connection broke; what was under way is undone, or its end is not known.
        case lost
        /// Another transaction was in the way; the same again may succeed.
        case conflict
        /// This edition of the engine does not have it.
        case unsupported
        /// The database's user may not do it.
        case forbidden
        case invalidValue
        case other
    }

    public var code: Code
    /// The engine's words.
    public var message: String
    /// The standard's five characters, from engines that give them.
    public var sqlState: String?
    /// All that the engine said, where `message` leaves something out. It may hold a value: for an operator's log, where the
    /// statement was Dash's own, and never for an answer.
    public var serverMessage: String?

    public init(_ code: Code, _ message: String, sqlState: String? = nil, serverMessage: String? = nil) {
        self.code = code
        self.message = message
        self.sqlState = sqlState
        self.serverMessage = serverMessage
    }

    /// Whether the connection is of no use any more.
    public var isLost: Bool { code == .lost }

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
        case .lost: DashError(.unavailable, "The database can't be reached: \(message).", retryAfter: .seconds(1))
        case .conflict: DashError(.unavailable, "The database is busy with the same rows.", retryAfter: .seconds(1))
        case .unsupported: DashError(.internal, "The database does not have this: \(message).")
        case .forbidden: DashError(.internal, "The database's user may not do this: \(message).")
        case .invalidValue: DashError(.invalid, "A value can't be stored: \(message).")
        case .other: DashError(.internal, "The database refused a statement: \(message).")
        }
    }
}

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
        /// The statement asks for more than the engine can hold in one.
        case tooComplex
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

    /// The error as the rest of Dash knows it: a sentence of ours, and the engine's words for the log.
    public var dashError: DashError {
        var error = told
        error.cause = error.cause ?? message
        return error
    }

    private var told: DashError {
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
        case .io: DashError(.unavailable, "The database's disk answers with errors.", retryAfter: .seconds(10))
        case .readOnly: DashError(.unavailable, "The database can't be written to.", retryAfter: .seconds(30))
        case .cannotOpen: DashError(.unavailable, "The database can't be opened.", retryAfter: .seconds(30))
        case .interrupted:
            DashError(.unavailable, "The query took too long; ask for a shorter range.", retryAfter: .seconds(5))
        case .corrupt: DashError(.internal, "The database file is damaged.")
        case .lost: DashError(.unavailable, "The database can't be reached.", retryAfter: .seconds(1))
        case .conflict: DashError(.unavailable, "The database is busy with the same rows.", retryAfter: .seconds(1))
        case .unsupported: DashError(.internal, "The database lacks what this needs.")
        case .forbidden: DashError(.internal, "The database's user may not do this.")
        case .invalidValue: DashError(.invalid, "A value can't be stored.")
        case .tooComplex:
            DashError(.invalid, "This asks for too much at once; take fewer fields, filters, groups or values.")
        case .other: DashError(.internal, "The database could not do this.")
        }
    }
}

import CLibpq
import DashModel
import DashStorage

/// The server's complaints in Dash's words, by SQLSTATE and without any value.
enum PostgresFailure {
    static func error(of result: OpaquePointer) -> SQLError {
        let state = field("C", of: result) ?? ""
        let words = field("M", of: result) ?? "no reason given"
        // What is wrong with a datum is told together with the datum.
        let message = state.hasPrefix("22") ? "a value does not fit its column" : words
        let code = code(
            state: state,
            table: field("t", of: result) ?? "",
            column: field("c", of: result) ?? "",
            constraint: field("n", of: result) ?? "",
            detail: field("D", of: result) ?? ""
        )
        return SQLError(code, message, sqlState: state, serverMessage: words)
    }

    /// Whether a prepared statement's plan no longer fits its tables, or the server has forgotten it.
    static func isStale(_ result: OpaquePointer) -> Bool {
        switch field("C", of: result) {
        case "26000": true
        // Of all that is not supported only this comes from there; the message depends on the server's language.
        case "0A000": field("R", of: result) == "RevalidateCachedQuery"
        default: false
        }
    }

    static func dashError(_ error: any Error) -> any Error {
        switch error {
        case is DashError, is CancellationError: error
        case let error as SQLError: error.dashError
        default: DashError(.internal, "The database failed.", cause: String(reflecting: error))
        }
    }

    /// The first line of libpq's message.
    static func line(_ message: String, fallback: String) -> String {
        let line = message.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return line.isEmpty ? fallback : line
    }

    private static func field(_ code: Character, of result: OpaquePointer) -> String? {
        PQresultErrorField(result, Int32(code.asciiValue ?? 0)).map { String(cString: $0) }
    }

    private static func code(
        state: String,
        table: String,
        column: String,
        constraint: String,
        detail: String
    ) -> SQLError.Code {
        switch state {
        case "23505": return .unique(table: table, columns: columns(detail))
        case "23503": return .foreignKey
        case "23502": return .notNull(table: table, column: column)
        case "53100": return .full
        case "40001", "40P01": return .conflict
        // A row for the partition of all other days met the transaction that made one for its day.
        case "23514" where constraint.isEmpty: return .conflict
        case "55P03", "53300", "53200": return .busy
        case "57014": return .interrupted
        case "25006": return .readOnly
        case "0A000": return .unsupported
        case "42501": return .forbidden
        case "57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "25P04": return .lost
        case "XX001", "XX002": return .corrupt
        case "58030": return .io
        default: break
        }
        return switch state.prefix(2) {
        case "08": .lost
        case "22": .invalidValue
        case "54": .tooComplex
        default: .other
        }
    }

    /// `Key (team_id, name)=(…) already exists.`: the names, and none of the values.
    private static func columns(_ detail: String) -> [String] {
        guard let start = detail.firstIndex(of: "("), let end = detail.firstRange(of: ")=(") else { return [] }
        guard start < end.lowerBound else { return [] }
        let names = detail[detail.index(after: start)..<end.lowerBound]
        return names.split(separator: ", ").map { String($0.filter { $0 != "\"" }) }
    }
}

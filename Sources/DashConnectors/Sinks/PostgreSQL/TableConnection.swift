import CLibpq
import DashModel
import Glibc

/// A connection to somebody else's PostgreSQL, used from one thread, that never waits longer than it is told.
final class TableConnection {
    private let handle: OpaquePointer?
    private let patience: Duration
    private let server: ServerName

    /// Throws `DashError` `.unavailable` when there is no connection to be had.
    init(_ parameters: [(key: String, value: String)], patience: Duration) throws {
        self.patience = patience
        func value(_ key: String) -> String? { parameters.last { $0.key == key && !$0.value.isEmpty }?.value }
        let port = value("port").flatMap { Int($0) } ?? 5_432
        server = ServerName(host: value("host") ?? value("hostaddr") ?? "", port: port, address: value("hostaddr"))
        let keys = parameters.map { strdup($0.key) }
        let values = parameters.map { strdup($0.value) }
        defer { (keys + values).forEach { free($0) } }
        let keyPointers = keys.map { UnsafePointer<CChar>($0) } + [nil]
        let valuePointers = values.map { UnsafePointer<CChar>($0) } + [nil]
        handle = PQconnectStartParams(keyPointers, valuePointers, 0)
        // libpq would write the server's notices to standard error.
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        // When this throws, everything is set, so the connection is ended by `deinit`.
        try connect()
    }

    deinit { PQfinish(handle) }

    /// Runs a statement and returns its first column, with what it binds as texts. Throws `DashError`.
    @discardableResult
    func run(_ statement: String, _ values: [String?] = []) throws -> [String] {
        let copies = values.map { $0.map { strdup($0) } ?? nil }
        defer { copies.forEach { free($0) } }
        let pointers = copies.map { UnsafePointer<CChar>($0) }
        let sent = PQsendQueryParams(handle, statement, Int32(values.count), nil, pointers, nil, nil, 0)
        guard sent == 1 else { throw lost() }
        let deadline = ContinuousClock.now + patience
        while true {
            let left = PQflush(handle)
            guard left >= 0 else { throw lost() }
            if left == 0, PQisBusy(handle) == 0 { break }
            try wait(for: left > 0 ? POLLIN | POLLOUT : POLLIN, until: deadline)
            guard PQconsumeInput(handle) == 1 else { throw lost() }
        }
        var rows: [String] = []
        var failure: DashError?
        while let result = try next(until: deadline) {
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK: break
            case PGRES_TUPLES_OK:
                rows += (0..<PQntuples(result)).map { PQgetvalue(result, $0, 0).map { String(cString: $0) } ?? "" }
            default: failure = Self.failure(result)
            }
        }
        if let failure { throw failure }
        return rows
    }

    /// Runs the closure in a transaction, which ends with it.
    func inTransaction(_ body: () throws -> Void) throws {
        try run("BEGIN")
        try body()
        try run("COMMIT")
    }

    /// A name as the server quotes it: `"readings"`.
    static func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }

    private func connect() throws {
        let deadline = ContinuousClock.now + patience
        var state = PGRES_POLLING_WRITING
        while state != PGRES_POLLING_OK {
            guard handle != nil, PQstatus(handle) != CONNECTION_BAD, state != PGRES_POLLING_FAILED else { throw lost() }
            try wait(for: state == PGRES_POLLING_READING ? POLLIN : POLLOUT, until: deadline)
            state = PQconnectPoll(handle)
        }
        guard PQsetnonblocking(handle, 1) == 0 else { throw lost() }
    }

    private func next(until deadline: ContinuousClock.Instant) throws -> OpaquePointer? {
        while PQisBusy(handle) != 0 {
            try wait(for: POLLIN, until: deadline)
            guard PQconsumeInput(handle) == 1 else { throw lost() }
        }
        return PQgetResult(handle)
    }

    private func wait(for events: Int32, until deadline: ContinuousClock.Instant) throws {
        let left = deadline - .now
        guard left > .zero else { throw DashError(.unavailable, "The database at \(server) did not answer in time.") }
        var socket = pollfd(fd: PQsocket(handle), events: Int16(truncatingIfNeeded: events), revents: 0)
        let milliseconds = left.components.seconds * 1_000 + left.components.attoseconds / 1_000_000_000_000_000
        if poll(&socket, 1, Int32(clamping: milliseconds + 1)) < 0, errno != EINTR { throw lost() }
    }

    private func lost() -> DashError {
        let message = PQerrorMessage(handle).map { String(cString: $0) } ?? ""
        let line = message.split(separator: "\n").first.map(String.init) ?? "the connection was lost"
        return DashError(.unavailable, "The database at \(server) could not be reached: \(line)")
    }

    /// The server's message without its detail, which may quote a record's values.
    private static func failure(_ result: OpaquePointer) -> DashError {
        let code = PQresultErrorField(result, 67).map { String(cString: $0) } ?? ""
        let place = PQresultErrorField(result, 110).map { ", column " + String(cString: $0) } ?? ""
        let message = PQresultErrorField(result, 77).map { String(cString: $0) } ?? "no reason given"
        // Class 22 and 23: the record's values do not fit the table (PostgreSQL's appendix A). Their messages quote the
        // value behind a colon.
        if code.hasPrefix("22") || code.hasPrefix("23") {
            let words = message.split(separator: ":").first.map(String.init) ?? message
            return DashError(.invalid, "The table refused the records: \(words) (\(code)\(place)).")
        }
        return DashError(.unavailable, "The database refused: \(message) (\(code)).")
    }
}

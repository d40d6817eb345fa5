import CLibpq
import DashModel
import DashStorage
import FoundationEssentials
import Glibc

/// A connection to a server, used from one thread at a time. It stays in libpq's pipeline mode, in which statements go
/// out together and their answers come back together; only COPY leaves it for a while.
final class PostgresConnection: SQLConnection {
    private(set) var handle: OpaquePointer
    let server: PostgresServer
    let interruption: Interruption
    var dialect: any Dialect { PostgresDialect() }
    /// When the running statements must be over.
    var deadline: ContinuousClock.Instant?
    /// What goes out in the same breath as the next statements, ahead of them.
    private var postponed: [PostgresCommand] = []
    /// The server's number of the transaction that was begun, as `pg_xact_status` takes it.
    private(set) var transactionNumber: String?
    private var prepared = PreparedStatements()
    /// Synchronisation points whose answers were not read yet.
    private var owed = 0
    private var isClosed = false

    init(_ server: PostgresServer, interruption: Interruption = Interruption()) throws {
        self.server = server
        self.interruption = interruption
        handle = try Self.connect(server)
        if PQsetnonblocking(handle, 1) != 0 || PQenterPipelineMode(handle) != 1 {
            PQfinish(handle)
            throw SQLError(.lost, "libpq refused its pipeline mode")
        }
    }

    deinit { close() }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        PQfinish(handle)
    }

    /// False when the server has hung up or libpq knows it to be broken; costs one look at the socket.
    var isAlive: Bool {
        guard !isClosed, PQstatus(handle) == CONNECTION_OK else { return false }
        if owed > 0 {
            do { try settleDebts() } catch { return false }
        }
        var socket = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        guard poll(&socket, 1, 0) > 0 else { return true }
        // Something came although nothing was asked: notices, or the end.
        return PQconsumeInput(handle) == 1 && PQstatus(handle) == CONNECTION_OK
    }

    @discardableResult
    func execute(_ statement: SQLStatement) throws -> Int { try pipelined([statement])[0].changed }

    func fetch(_ statement: SQLStatement) throws -> [SQLRow] { try pipelined([statement])[0].rows }

    /// Runs statements in one round trip. The first failure is thrown, and what stood behind it was not run.
    @discardableResult
    func pipelined(_ statements: [SQLStatement]) throws -> [PostgresResult] {
        try run(try statements.map(PostgresCommand.init))
    }

    func execute(all statements: [SQLStatement]) throws { _ = try pipelined(statements) }

    /// Keeps statements back, to be sent with the next ones: a transaction's `BEGIN` costs no round trip of its own, and
    /// its last statements go with the commit.
    func postpone(_ commands: [PostgresCommand]) { postponed += commands }

    var hasPostponed: Bool { !postponed.isEmpty }

    func dropPostponed() { postponed = [] }

    /// Whether the server has a transaction open for this connection.
    var isInTransaction: Bool {
        switch PQtransactionStatus(handle) {
        case PQTRANS_INTRANS, PQTRANS_INERROR: true
        default: false
        }
    }

    /// Undoes the transaction, if one was begun. Throws when the connection can't even do that.
    func rollBack() throws {
        let wasBegun = !hasPostponed || isInTransaction
        dropPostponed()
        guard wasBegun, !isClosed else { return }
        // An interruption was for the statement that failed.
        interruption.clear()
        deadline = .now + Self.patience
        _ = try run([PostgresCommand("ROLLBACK")])
    }

    func run(_ commands: [PostgresCommand]) throws -> [PostgresResult] {
        guard !isClosed else { throw SQLError(.lost, "the connection is closed") }
        try settleDebts()
        let ahead = postponed
        postponed = []
        let all = ahead + commands
        var waitsFor: [Expectation] = []
        for command in all { try send(command, &waitsFor) }
        try synchronize()
        let results = try collect(waitsFor)
        if ahead.first?.text == "BEGIN", ahead.count > 1 { transactionNumber = results[1].rows.first?.text(0) }
        return Array(results.dropFirst(ahead.count))
    }

    /// Sends without waiting; the answers are read, and thrown away, before the next use.
    func sendAndForget(_ command: PostgresCommand) throws {
        var waitsFor: [Expectation] = []
        try send(command, &waitsFor)
        try synchronize()
    }

    // MARK: Sending

    /// What the server will answer, in order.
    private enum Expectation {
        case preparation(PreparedStatements.Key)
        case result
    }

    private func send(_ command: PostgresCommand, _ waitsFor: inout [Expectation]) throws {
        let sent: Int32
        if command.isReusable {
            let statement = prepared.name(of: command)
            for name in statement.evicted {
                // Closing needs a statement of its own in libpq 15.
                try check(PQsendQueryParams(handle, "DEALLOCATE \(name)", 0, nil, nil, nil, nil, 0))
                waitsFor.append(.preparation(.none))
            }
            if statement.isNew {
                let types = command.parameters.types
                try check(PQsendPrepare(handle, statement.name, command.text, Int32(types.count), types))
                waitsFor.append(.preparation(statement.key))
            }
            sent = command.parameters.withPointers { count, values, lengths, formats in
                PQsendQueryPrepared(handle, statement.name, count, values, lengths, formats, 1)
            }
        } else {
            sent = command.parameters.withPointers { count, values, lengths, formats in
                PQsendQueryParams(handle, command.text, count, command.parameters.types, values, lengths, formats, 1)
            }
        }
        try check(sent)
        waitsFor.append(.result)
    }

    private func synchronize() throws {
        try check(PQpipelineSync(handle))
        owed += 1
        try flush()
    }

    func check(_ isSent: Int32) throws {
        guard isSent != 1 else { return }
        throw lost()
    }

    /// Pushes what libpq holds to the server, reading meanwhile so that neither side waits for the other.
    func flush() throws {
        while true {
            switch PQflush(handle) {
            case 0: return
            case 1:
                if try wait(for: POLLIN | POLLOUT) & POLLIN != 0, PQconsumeInput(handle) != 1 { throw lost() }
            default: throw lost()
            }
        }
    }

    // MARK: Receiving

    private func collect(_ waitsFor: [Expectation]) throws -> [PostgresResult] {
        var results: [PostgresResult] = []
        var failure: SQLError?
        for expected in waitsFor {
            let answer = try next()
            if case .result = expected { results.append(PostgresResult()) }
            guard let answer else { throw lost() }
            defer { PQclear(answer) }
            switch PQresultStatus(answer) {
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
                if case .result = expected { results[results.count - 1] = try ResultReader(answer).read() }
            case PGRES_PIPELINE_ABORTED:
                if case .preparation(let key) = expected { prepared.forget(key) }
            default:
                if case .preparation(let key) = expected { prepared.forget(key) }
                if failure == nil { failure = PostgresFailure.error(of: answer) }
            }
            try skipToEndOfCommand()
        }
        try expectSynchronization()
        if let failure {
            if failure.isLost { close() }
            throw failure
        }
        return results
    }

    /// Reads the answers nobody waited for.
    private func settleDebts() throws {
        while owed > 0 {
            guard let answer = try next() else { continue }
            let status = PQresultStatus(answer)
            PQclear(answer)
            if status == PGRES_PIPELINE_SYNC { owed -= 1 }
            if PQstatus(handle) != CONNECTION_OK { throw lost() }
        }
    }

    private func skipToEndOfCommand() throws {
        while let more = try next() { PQclear(more) }
    }

    private func expectSynchronization() throws {
        guard let answer = try next() else { throw lost() }
        defer { PQclear(answer) }
        guard PQresultStatus(answer) == PGRES_PIPELINE_SYNC else { throw lost() }
        owed -= 1
    }

    /// libpq's next result; nil at the end of a command's results.
    func next() throws -> OpaquePointer? {
        while PQisBusy(handle) != 0 {
            try wait(for: POLLIN)
            if PQconsumeInput(handle) != 1 { throw lost() }
        }
        return PQgetResult(handle)
    }

    // MARK: Waiting

    /// Waits for the socket, up to the deadline or an interruption, on which the server is asked to cancel.
    @discardableResult
    func wait(for events: Int32) throws -> Int32 {
        var socket = pollfd(fd: PQsocket(handle), events: Int16(truncatingIfNeeded: events), revents: 0)
        var cancelledAt: ContinuousClock.Instant?
        while true {
            let ready = poll(&socket, 1, Self.slice)
            if ready > 0 { return Int32(socket.revents) | (socket.revents & Int16(POLLHUP) != 0 ? POLLIN : 0) }
            if ready < 0, errno != EINTR { throw lost() }
            let now = ContinuousClock.now
            if let cancelledAt {
                // The server did not answer the cancellation either: it is gone, or stands still.
                if now - cancelledAt > Self.patience { throw lost("the server does not answer") }
            } else if interruption.isInterrupted || deadline.map({ now > $0 }) == true {
                cancel()
                cancelledAt = now
            }
        }
    }

    /// How often a waiting connection looks whether it shall stop, in milliseconds.
    private static let slice: Int32 = 50
    /// How long a server may take to end a cancelled statement.
    private static let patience = Duration.seconds(3)

    /// Asks the server, over a connection of its own, to end what runs here.
    private func cancel() {
        guard let request = PQgetCancel(handle) else { return }
        defer { PQfreeCancel(request) }
        var message = [CChar](repeating: 0, count: 256)
        _ = PQcancel(request, &message, Int32(message.count))
    }

    // MARK: Leaving the pipeline

    /// Runs the closure outside the pipeline mode, which COPY and notifications need.
    func outsidePipeline<Value>(_ body: () throws -> Value) throws -> Value {
        try settleDebts()
        if hasPostponed { _ = try run([]) }
        guard PQexitPipelineMode(handle) == 1 else { throw lost() }
        let result = Result { try body() }
        if case .failure(let error as SQLError) = result, error.isLost { throw error }
        guard PQenterPipelineMode(handle) == 1 else { throw lost() }
        return try result.get()
    }

    /// The connection is of no use any more.
    func lost(_ reason: String? = nil) -> SQLError {
        let message = reason ?? PQerrorMessage(handle).map { String(cString: $0) } ?? ""
        close()
        return SQLError(.lost, PostgresFailure.line(message, fallback: "the connection to the database was lost"))
    }

    private static func connect(_ server: PostgresServer) throws -> OpaquePointer {
        let parameters = server.parameters
        let keys = parameters.map { strdup($0.key) }
        let values = parameters.map { strdup($0.value) }
        defer { (keys + values).forEach { free($0) } }
        let keyPointers = keys.map { UnsafePointer<CChar>($0) } + [nil]
        let valuePointers = values.map { UnsafePointer<CChar>($0) } + [nil]
        guard let handle = PQconnectdbParams(keyPointers, valuePointers, 1) else {
            throw SQLError(.cannotOpen, "out of memory")
        }
        guard PQstatus(handle) == CONNECTION_OK else {
            let message = PQerrorMessage(handle).map { String(cString: $0) } ?? ""
            PQfinish(handle)
            throw SQLError(.cannotOpen, "\(server.name): \(PostgresFailure.line(message, fallback: "no answer"))")
        }
        return handle
    }
}

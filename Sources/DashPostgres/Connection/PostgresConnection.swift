import CLibpq
import DashModel
import DashStorage
import Glibc

/// A connection to a server, used from one thread at a time. It stays in libpq's pipeline mode, in which statements go
/// out together and their answers come back together; only COPY leaves it for a while.
final class PostgresConnection: SQLConnection {
    /// nil once the connection is closed; every function of libpq takes that for a broken connection.
    private(set) var handle: OpaquePointer?
    let server: PostgresServer
    let interruption: Interruption
    var dialect: any Dialect { PostgresDialect() }
    /// When the running statements must be over.
    var deadline: ContinuousClock.Instant?
    /// What goes out in the same breath as the next statements, ahead of them.
    private var postponed: [PostgresCommand] = []
    /// The transaction that was begun last, as far as the server has told.
    private(set) var transaction: TransactionName?
    private var generation: String?
    var prepared = PreparedStatements()
    /// Synchronisation points whose answers were not read yet.
    var owed = 0
    /// Set from the moment on in which the server was asked to end what runs.
    var cancellation: Cancellation?

    init(_ server: PostgresServer, interruption: Interruption = Interruption()) throws {
        self.server = server
        self.interruption = interruption
        handle = try Self.connect(server)
        // The server's warnings would go to the standard error.
        PQsetNoticeReceiver(handle, { _, _ in }, nil)
        if PQsetnonblocking(handle, 1) != 0 || PQenterPipelineMode(handle) != 1 {
            throw lost("libpq refused its pipeline mode")
        }
    }

    deinit { close() }

    func close() {
        PQfinish(handle)
        handle = nil
    }

    /// False when the server has hung up or libpq knows it to be broken; costs one look at the socket.
    var isAlive: Bool {
        // A server that hangs up says why first, so the end may stand behind something readable.
        while PQstatus(handle) == CONNECTION_OK {
            var socket = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
            guard poll(&socket, 1, 0) > 0 else { return true }
            guard PQconsumeInput(handle) == 1 else { return false }
        }
        return false
    }

    /// Whether the next user finds it as the last one did: no transaction, nothing under way. A read's last answer may
    /// still be owed; the next use takes it.
    var isClean: Bool {
        PQstatus(handle) == CONNECTION_OK && (owed > 0 || PQtransactionStatus(handle) == PQTRANS_IDLE)
    }

    /// Forgets what one user set.
    func reset() {
        postponed = []
        deadline = nil
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

    /// The beginning of a transaction that can be asked after when its commit's answer is lost.
    func postponeBeginning() {
        transaction = nil
        let number = generation == nil ? TransactionName.questionWithGeneration : TransactionName.question
        postponed = [PostgresCommand("BEGIN"), PostgresCommand(number)]
    }

    var hasPostponed: Bool { !postponed.isEmpty }

    func dropPostponed() { postponed = [] }

    /// Whether nothing but a transaction's beginning was asked for.
    var hasOnlyBegun: Bool { postponed.count == 2 && postponed[0].text == "BEGIN" }

    /// Whether the server has a transaction open for this connection.
    var isInTransaction: Bool {
        switch PQtransactionStatus(handle) {
        case PQTRANS_INTRANS, PQTRANS_INERROR: true
        default: false
        }
    }

    /// Whether a statement of the open transaction failed, so that its commit would undo it without a word.
    var hasFailedTransaction: Bool { PQtransactionStatus(handle) == PQTRANS_INERROR }

    /// Undoes the transaction, if one was begun. Throws when the connection can't even do that.
    func rollBack() throws {
        dropPostponed()
        guard handle != nil else { return }
        // An interruption was for the statement that failed.
        interruption.clear()
        deadline = .now + Self.patience
        try settleDebts()
        guard isInTransaction else { return }
        _ = try run([PostgresCommand("ROLLBACK")])
    }

    func run(_ commands: [PostgresCommand]) throws -> [PostgresResult] {
        let answer = try attempt(commands)
        if let failure = answer.failure { throw failure }
        return answer.results
    }

    /// As `run`, telling apart what succeeded before a failure. Throws only when the connection is lost, or nothing
    /// could be sent.
    func attempt(_ commands: [PostgresCommand]) throws -> RoundTrip {
        let ahead = postponed
        postponed = []
        var answer = try exchange(ahead + commands)
        if ahead.count > 1, ahead[0].text == "BEGIN", answer.results.count > 1 { note(answer.results[1]) }
        answer.results.removeFirst(min(ahead.count, answer.results.count))
        return answer
    }

    /// Runs the closure outside the pipeline mode, which COPY needs.
    func outsidePipeline<Value>(_ body: () throws -> Value) throws -> Value {
        if hasPostponed { _ = try run([]) }
        try settleDebts()
        guard PQexitPipelineMode(handle) == 1 else { throw lost() }
        let result = Result { try body() }
        // A failure of the closure's says more than what follows from it.
        if handle == nil, case .failure = result { return try result.get() }
        guard PQenterPipelineMode(handle) == 1 else { throw lost() }
        return try result.get()
    }

    /// The connection is of no use any more.
    func lost(_ reason: String? = nil) -> SQLError {
        let message = reason ?? (handle == nil ? nil : PQerrorMessage(handle)).map { String(cString: $0) } ?? ""
        close()
        return SQLError(.lost, PostgresFailure.line(message, fallback: "the connection to the database was lost"))
    }

    /// How long a server may take to end a cancelled statement.
    static let patience = Duration.seconds(3)

    private func note(_ answer: PostgresResult) {
        guard let row = answer.rows.first, let number = row.text(0) else { return }
        if row.cells.count > 1 { generation = row.text(1) ?? "" }
        transaction = TransactionName(number: number, generation: generation ?? "")
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
        // libpq would write the server's notices to standard error.
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        return handle
    }
}

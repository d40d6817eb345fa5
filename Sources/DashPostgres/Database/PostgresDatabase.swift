import DashModel
import DashStorage
import Logging
import Synchronization

/// A primary with its two pools, and the replicas that are read from.
final class PostgresDatabase: SQLDatabase {
    let writers: PostgresPool
    let readers: PostgresPool
    let replicas: ReplicaSet
    let dialect: any Dialect = PostgresDialect()
    private let doubtLimit: Duration
    private let logger: Logger
    /// Where the write-ahead log stood after this node's last write.
    private let lastWrite = Mutex(LogPosition.start)

    /// No statement of a reader or a writer takes longer.
    static let readLimit = Duration.seconds(30)
    static let writeLimit = Duration.seconds(60)
    private static let attempts = 4
    /// After this long the server has not noticed that the connection is gone.
    private static let doubtPatience = Duration.seconds(2)

    init(url: String, replicas urls: [String], tuning: PostgresTuning, logger: Logger) {
        let primary = PostgresServer(url: url)
        writers = PostgresPool(
            name: "write",
            server: primary,
            connections: tuning.writers,
            tuning: tuning,
            logger: logger
        )
        readers = PostgresPool(
            name: "read",
            server: primary,
            connections: tuning.readers,
            tuning: tuning,
            logger: logger
        )
        replicas = ReplicaSet(urls: urls, tuning: tuning, logger: logger)
        doubtLimit = tuning.doubtLimit
        self.logger = logger
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await readConnection { try body($0) }
    }

    /// As `read`, with what only this engine's connection has. A replica answers when it has everything that the reader
    /// must see; else the primary does.
    func readConnection<Value: Sendable>(
        within limit: Duration = PostgresDatabase.readLimit,
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        let needed = WriteMark.current.map { LogPosition(bytes: $0.position) } ?? lastWrite.withLock { $0 }
        if let replica = try await replicas.choose(having: needed) {
            do {
                return try await Self.snapshot(on: replica, within: limit, body)
            } catch let error as SQLError where error.isLost || error.code == .cannotOpen {
                replicas.isDown(replica)
                logger.warning("a replica fell away", metadata: ["replica": "\(replica.server.name)"])
            } catch let error as SQLError where error.code == .conflict {
                // Replaying the log was in the way of the query.
            } catch let error as DashError where error.code == .unavailable {
                // Its pool is full, or knows that it is down; the primary may do better.
            } catch {
                throw PostgresFailure.dashError(error)
            }
        }
        do {
            return try await primarySnapshot(within: limit, body)
        } catch let failure where !replicas.isEmpty && Self.isAway(failure) {
            // A replica may have come further than it was known to be when it was asked last.
            await replicas.look()
            guard let replica = try await replicas.choose(having: needed) else {
                throw PostgresFailure.dashError(failure)
            }
            do {
                return try await Self.snapshot(on: replica, within: limit, body)
            } catch {
                throw PostgresFailure.dashError(Self.isAway(error) ? failure : error)
            }
        } catch {
            throw PostgresFailure.dashError(error)
        }
    }

    /// A snapshot of the primary, or, when it is away, of a replica: rather old rows than none.
    func readPrimaryOrReplica<Value: Sendable>(
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        do {
            return try await readPrimary(body)
        } catch let error as DashError where error.code == .unavailable {
            if !replicas.states.contains(where: \.isServing) { await replicas.look() }
            guard let replica = try await replicas.choose(having: .start) else { throw error }
            do {
                return try await Self.snapshot(on: replica, within: Self.readLimit, body)
            } catch let failure as SQLError where failure.isLost || failure.code == .cannotOpen {
                throw error
            } catch {
                throw PostgresFailure.dashError(error)
            }
        }
    }

    /// A snapshot of the primary, for what another node may have changed a moment ago.
    func readPrimary<Value: Sendable>(
        within limit: Duration = PostgresDatabase.readLimit,
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        do {
            return try await primarySnapshot(within: limit, body)
        } catch {
            throw PostgresFailure.dashError(error)
        }
    }

    private func primarySnapshot<Value: Sendable>(
        within limit: Duration,
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        do {
            return try await Self.snapshot(on: readers, within: limit, body)
        } catch let error as SQLError where error.isLost || error.code == .conflict {
            // It changed nothing, so once more on another connection is safe.
            return try await Self.snapshot(on: readers, within: limit, body)
        }
    }

    /// Whether it says that the server can't be asked now, and nothing of what was asked.
    private static func isAway(_ error: any Error) -> Bool {
        if let error = error as? SQLError { return error.isLost || error.code == .cannotOpen }
        return (error as? DashError)?.code == .unavailable
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await writeConnection { try body($0) }
    }

    /// As `write`, with what only this engine's connection has. `body` may run more than once: when another transaction
    /// was in the way, or the connection broke and the transaction was undone.
    func writeConnection<Value: Sendable>(
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        let notesPosition = !replicas.isEmpty
        var attempt = 1
        while true {
            let failure: any Error
            do {
                let (value, position) = try await writers.withConnection { connection in
                    try Transaction(connection: connection, notesPosition: notesPosition).run(body)
                }
                if let position { note(position) }
                return value
            } catch let doubt as CommitInDoubt<Value> {
                if try await wasCommitted(doubt.transaction) { return doubt.value }
                failure = SQLError(.lost, "the connection broke and the transaction was undone")
            } catch let error as SQLError where error.code == .conflict || error.isLost {
                failure = error
            } catch {
                throw PostgresFailure.dashError(error)
            }
            guard attempt < Self.attempts else { throw PostgresFailure.dashError(failure) }
            // Those who were in each other's way shall not start together again.
            await Pause.last(for: .microseconds(Int.random(in: 500...(4_000 * attempt))))
            attempt += 1
        }
    }

    /// A connection without a transaction, for what PostgreSQL does outside of one.
    @discardableResult
    func plainConnection<Value: Sendable>(
        within limit: Duration,
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        do {
            return try await writers.withConnection { connection in
                connection.deadline = .now + limit
                return try body(connection)
            }
        } catch {
            throw PostgresFailure.dashError(error)
        }
    }

    func close() async {
        await writers.close()
        await readers.close()
        await replicas.close()
    }

    /// Asks what became of a transaction whose commit was sent but never answered, from the moment at which the primary can
    /// be reached again.
    private func wasCommitted(_ transaction: TransactionName) async throws -> Bool {
        logger.warning("a commit's answer was lost; asking what became of it")
        let notesPosition = !replicas.isEmpty
        let started = ContinuousClock.now
        while .now - started < doubtLimit {
            let isOverdue = .now - started > Self.doubtPatience
            do {
                let (fate, position) = try await writers.withConnection { connection in
                    connection.deadline = .now + .seconds(3)
                    let fate = try TransactionFate(of: transaction, on: connection)
                    if fate == .inProgress, isOverdue { try TransactionFate.end(transaction, on: connection) }
                    guard fate == .committed, notesPosition else { return (fate, LogPosition?.none) }
                    let text = try connection.fetchOne(SQLStatement(raw: LogPosition.question))?.text(0)
                    return (fate, text.flatMap { LogPosition($0) })
                }
                if let position { note(position) }
                switch fate {
                case .committed: return true
                case .undone: return false
                case .unknown: throw SQLError(.other, "the server forgot a transaction")
                case .inProgress: break
                }
            } catch let error as SQLError where error.isLost || error.code == .cannotOpen {
                // Still away.
            } catch let error as DashError where error.code == .unavailable {
                // The same, told by the pool.
            } catch {
                logger.error(
                    "what became of a commit can't be told",
                    metadata: ["reason": "\(String(reflecting: error))"]
                )
                break
            }
            await Pause.last(for: .milliseconds(100))
        }
        throw DashError(
            .unavailable,
            "The connection to the database broke, and whether the last change was saved is not known.",
            retryAfter: .seconds(1)
        )
    }

    /// Where the log stood after this node's last write; nil where no replica waits for it.
    var lastPosition: LogPosition? {
        let position = lastWrite.withLock { $0 }
        return position == .start ? nil : position
    }

    /// Another node has written up to here, and this one has heard of it: its readers must see that.
    func mustSee(_ position: LogPosition) { lastWrite.withLock { $0 = max($0, position) } }

    private func note(_ position: LogPosition) {
        lastWrite.withLock { $0 = max($0, position) }
        WriteMark.current?.note(position.bytes)
    }

    private static func snapshot<Value: Sendable>(
        on pool: PostgresPool,
        within limit: Duration,
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        try await pool.withConnection(isCancellable: true) { connection in
            connection.deadline = .now + limit
            connection.postpone([PostgresCommand("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")])
            do {
                let value = try body(connection)
                if connection.hasPostponed {
                    connection.dropPostponed()
                } else {
                    try connection.sendAndForget(PostgresCommand("COMMIT"))
                }
                return value
            } catch {
                try connection.rollBack()
                throw error
            }
        }
    }
}

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
    private let logger: Logger
    /// Where the write-ahead log stood after this node's last write.
    private let lastWrite = Mutex(LogPosition.start)

    /// No statement of a reader or a writer takes longer.
    static let readLimit = Duration.seconds(30)
    static let writeLimit = Duration.seconds(60)
    private static let attempts = 4

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
        do {
            let needed = WriteMark.current.map { LogPosition(bytes: $0.position) } ?? lastWrite.withLock { $0 }
            if let replica = try await replicas.choose(having: needed) {
                do {
                    return try await Self.snapshot(on: replica, within: limit, body)
                } catch let error as SQLError where error.isLost || error.code == .cannotOpen {
                    replicas.isDown(replica)
                    logger.warning("a replica fell away", metadata: ["replica": "\(replica.name)"])
                } catch let error as DashError where error.code == .unavailable {
                    replicas.isDown(replica)
                }
            }
            do {
                return try await Self.snapshot(on: readers, within: limit, body)
            } catch let error as SQLError where error.isLost {
                // It changed nothing, so once more on another connection is safe.
                return try await Self.snapshot(on: readers, within: limit, body)
            }
        } catch {
            throw PostgresFailure.dashError(error)
        }
    }

    /// A snapshot of the primary, for what another node may have changed a moment ago.
    func readPrimary<Value: Sendable>(
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        do {
            return try await Self.snapshot(on: readers, within: Self.readLimit, body)
        } catch {
            throw PostgresFailure.dashError(error)
        }
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await writeConnection { try body($0) }
    }

    /// As `write`, with what only this engine's connection has. `body` may run more than once: when another transaction
    /// was in the way, or the connection broke before the commit was asked for.
    func writeConnection<Value: Sendable>(
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        let notesPosition = !replicas.isEmpty
        var attempt = 1
        while true {
            do {
                let (value, position) = try await writers.withConnection { connection in
                    try Transaction(connection: connection, notesPosition: notesPosition).run(body)
                }
                if let position { note(position) }
                return value
            } catch let doubt as CommitInDoubt<Value> {
                return try await resolve(doubt)
            } catch let error as SQLError where (error.code == .conflict || error.isLost) && attempt < Self.attempts {
                attempt += 1
            } catch {
                throw PostgresFailure.dashError(error)
            }
        }
    }

    /// A connection without a transaction, for what PostgreSQL does outside of one.
    func plainConnection<Value: Sendable>(
        within limit: Duration,
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        do {
            return try await writers.withConnection { connection in
                connection.deadline = .now + limit
                defer { connection.deadline = nil }
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

    /// Asks what became of a transaction whose commit was sent but never answered.
    private func resolve<Value>(_ doubt: CommitInDoubt<Value>) async throws -> Value {
        let end = ContinuousClock.now + .seconds(20)
        let transaction = doubt.transaction
        logger.warning("a commit's answer was lost; asking what became of it")
        while ContinuousClock.now < end {
            do {
                let state = try await writers.withConnection { connection in
                    try connection.fetchOne("SELECT pg_xact_status(\(transaction)::xid8)")?.text(0)
                }
                switch state {
                case "committed": return doubt.value
                case "in progress": break
                default: throw SQLError(.lost, "the transaction was undone when the connection broke")
                }
            } catch let error as SQLError where error.isLost || error.code == .cannotOpen {
                // Still away.
            } catch let error as DashError where error.code == .unavailable {
                // The same, told by the pool.
            } catch {
                throw PostgresFailure.dashError(error)
            }
            try? await ContinuousClock().sleep(for: .milliseconds(100))
        }
        throw PostgresFailure.dashError(SQLError(.lost, "whether the last transaction was saved is not known"))
    }

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
            defer { connection.deadline = nil }
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

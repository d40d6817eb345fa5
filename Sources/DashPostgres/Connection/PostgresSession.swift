import DashStorage
import Synchronization

/// One connection on a thread of its own: what is done with it is lent to it as a closure that may block.
actor PostgresSession {
    private let executor: SerialQueueExecutor
    private let connection: PostgresConnection
    /// Set from outside to stop what runs at the moment.
    nonisolated let interruption: Interruption

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Connects, on the session's own thread. Throws `SQLError`.
    static func open(_ server: PostgresServer) async throws -> PostgresSession {
        let executor = SerialQueueExecutor(label: "dash.postgres")
        let interruption = Interruption()
        let opening = Opening(executor: executor)
        let connection = try await opening.connect(server, interruption)
        return PostgresSession(executor: executor, connection: connection, interruption: interruption)
    }

    private init(executor: SerialQueueExecutor, connection: sending PostgresConnection, interruption: Interruption) {
        self.executor = executor
        self.connection = connection
        self.interruption = interruption
    }

    /// Runs the closure with the connection; when the caller's task is cancelled and `isCancellable`, the server is
    /// told to stop.
    func run<Value: Sendable>(
        isCancellable: Bool = false,
        _ body: @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        interruption.clear()
        guard isCancellable else { return try body(connection) }
        if Task.isCancelled { throw CancellationError() }
        return try body(connection)
    }

    /// What became of a loan.
    enum Use<Value: Sendable>: Sendable {
        /// The connection had broken before; the closure was not run.
        case broken
        case done(Result<Value, any Error>, isUsable: Bool)
    }

    /// As `run`, looking before whether the connection still works and afterwards whether it can serve again.
    func use<Value: Sendable>(
        isCancellable: Bool,
        _ body: @Sendable (PostgresConnection) throws -> Value
    ) -> Use<Value> {
        guard connection.isAlive else {
            connection.close()
            return .broken
        }
        interruption.clear()
        let result = Result {
            if isCancellable, Task.isCancelled { throw CancellationError() }
            return try body(connection)
        }
        connection.reset()
        let isUsable = connection.isClean
        if !isUsable { connection.close() }
        return .done(result, isUsable: isUsable)
    }

    /// Whether the connection still works as far as can be told without asking the server.
    func isAlive() -> Bool { connection.isAlive }

    func close() { connection.close() }

    /// Connects before there is a session, on the thread that will be the session's.
    private actor Opening {
        private let executor: SerialQueueExecutor
        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        init(executor: SerialQueueExecutor) { self.executor = executor }

        func connect(_ server: PostgresServer, _ interruption: Interruption) throws -> sending PostgresConnection {
            try PostgresConnection(server, interruption: interruption)
        }
    }
}

import DashStorage

/// A C library's connection that blocks, on a thread of its own. It is opened by the first that needs it, kept for the
/// next, and dropped after a failure.
actor BlockingConnection<Connection> {
    private let executor: SerialQueueExecutor
    private var connection: Connection?

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(label: String) { executor = SerialQueueExecutor(label: label) }

    /// A connection that is not `isUsable` any more makes way for a new one.
    @discardableResult
    func use<Value: Sendable>(
        isUsable: @Sendable (Connection) -> Bool = { _ in true },
        opening open: @Sendable () throws -> sending Connection,
        _ body: @Sendable (Connection) throws -> Value
    ) throws -> Value {
        if let kept = connection, !isUsable(kept) { connection = nil }
        let connection = try connection ?? open()
        self.connection = connection
        do {
            return try body(connection)
        } catch {
            self.connection = nil
            throw error
        }
    }

    /// Whether the next use needs no new connection.
    var isOpen: Bool { connection != nil }

    func close() { connection = nil }
}

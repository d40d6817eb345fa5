/// A database that runs closures in transactions. Errors come out as `DashError`.
public protocol SQLDatabase: Sendable {
    var dialect: any Dialect { get }

    /// One snapshot; the closure must not write.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value

    /// One transaction: committed when the closure returns, undone when it throws. It is not cut short by cancellation,
    /// so a caller always learns what became of it.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value
}

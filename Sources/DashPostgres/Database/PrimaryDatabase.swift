import DashStorage

/// The database without its replicas while the primary answers, or strictly without. The few rows of resources are read
/// here, so that a page shows what the form before it changed; records, which are many, are what replicas are for.
struct PrimaryDatabase: SQLDatabase {
    let database: PostgresDatabase
    /// Rather fails than answers with what may be old.
    var isStrict = false

    var dialect: any Dialect { database.dialect }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        if isStrict { return try await database.readPrimary { try body($0) } }
        return try await database.readPrimaryOrReplica { try body($0) }
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await database.write(body)
    }
}

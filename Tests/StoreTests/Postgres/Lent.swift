@testable import DashPostgres

/// A connection of a test's own, on a thread of its own, closed afterwards.
enum Lent {
    static func connection<Value: Sendable>(
        to url: String,
        _ body: @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        let session = try await PostgresSession.open(PostgresServer(url: url))
        do {
            let value = try await session.run { try body($0) }
            await session.close()
            return value
        } catch {
            await session.close()
            throw error
        }
    }
}

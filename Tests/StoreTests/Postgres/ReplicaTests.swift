import DashModel
import DashStorage
import TestSupport
import Testing

@testable import DashPostgres

/// One after the other: they stop the replay of a replica that all tests share.
@Suite(
    "PostgreSQL: reads on a replica",
    .closingStores,
    .serialized,
    .enabled(if: TestServer.timescale?.replicaURL != nil)
)
struct ReplicaTests {
    private func server() throws -> (primary: String, replica: String) {
        let server = try #require(TestServer.timescale)
        return (server.url, try #require(server.replicaURL))
    }

    private func database(_ tune: (inout PostgresTuning) -> Void = { _ in }) throws -> PostgresDatabase {
        let (primary, replica) = try server()
        var tuning = PostgresTuning()
        tuning.writers = 1
        tuning.readers = 1
        tune(&tuning)
        let database = PostgresDatabase(url: primary, replicas: [replica], tuning: tuning, logger: Engines.silent)
        try TestScope.required().atEnd { await database.close() }
        return database
    }

    private func isOnReplica(_ database: PostgresDatabase) async throws -> Bool {
        try await database.read { try $0.fetchOne("SELECT pg_is_in_recovery()")?.bool(0) ?? false }
    }

    @Test("who has written reads the primary until the replica has it; others read the replica")
    func readYourWrites() async throws {
        let database = try database()
        let health = ConnectionHealth(database: database, logger: Engines.silent)
        #expect(try await !isOnReplica(database), "an unknown replica is not read from")
        try await eventually("the replica serves") {
            await health.notePosition()
            await database.replicas.look()
            return database.replicas.states.allSatisfy(\.isServing)
        }
        #expect(try await isOnReplica(database))
        try await WriteMark.$current.withValue(WriteMark()) {
            try await database.write { _ = try $0.execute("SELECT pg_logical_emit_message(true, 'test', 'x')") }
            #expect(try await !isOnReplica(database), "what this request wrote is not known to be there")
            let other = try await WriteMark.$current.withValue(WriteMark()) { try await isOnReplica(database) }
            #expect(other, "another request wrote nothing")
        }
        #expect(try await !isOnReplica(database), "outside of a request all that this node wrote counts")
        try await eventually("it catches up") {
            await database.replicas.look()
            return try await isOnReplica(database)
        }
    }

    @Test("a replica that lags too far or is away is left out, and comes back")
    func lag() async throws {
        let (primary, replica) = try server()
        let proxy = try CuttingProxy(to: try #require(TestServer.timescale).port(of: replica))
        var tuning = PostgresTuning()
        tuning.writers = 1
        tuning.readers = 1
        tuning.replicaLag = .milliseconds(200)
        let database = PostgresDatabase(
            url: primary,
            replicas: [try proxy.url(of: replica)],
            tuning: tuning,
            logger: Engines.silent
        )
        try TestScope.required().atEnd { await database.close() }
        let health = ConnectionHealth(database: database, logger: Engines.silent)
        func becomes(serving isServing: Bool) async throws {
            try await eventually("the replica is \(isServing ? "" : "not ")read from") {
                await health.notePosition()
                await database.replicas.look()
                return database.replicas.states.allSatisfy { $0.isServing == isServing }
            }
        }
        try await becomes(serving: true)
        try await Administration.run("SELECT pg_wal_replay_pause()", on: replica)
        try TestScope.required().atEnd { try await Administration.run("SELECT pg_wal_replay_resume()", on: replica) }
        try await Administration.run("SELECT pg_logical_emit_message(true, 'test', 'x')", on: primary)
        try await becomes(serving: false)
        #expect(try await !isOnReplica(database))
        try await Administration.run("SELECT pg_wal_replay_resume()", on: replica)
        try await becomes(serving: true)
        #expect(try await isOnReplica(database))

        proxy.stop()
        #expect(try await !isOnReplica(database), "the reader does not notice that it fell away")
        try await becomes(serving: false)
        try proxy.start()
        try await becomes(serving: true)
    }
}

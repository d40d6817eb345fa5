import DashModel
import DashStorage
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
        let serves = await eventually {
            await health.notePosition()
            await database.replicas.look()
            return database.replicas.states.allSatisfy(\.isServing)
        }
        #expect(serves)
        #expect(try await isOnReplica(database))
        try await WriteMark.$current.withValue(WriteMark()) {
            try await database.write { _ = try $0.execute("SELECT pg_logical_emit_message(true, 'test', 'x')") }
            #expect(try await !isOnReplica(database), "what this request wrote is not known to be there")
            let other = try await WriteMark.$current.withValue(WriteMark()) { try await isOnReplica(database) }
            #expect(other, "another request wrote nothing")
        }
        #expect(try await !isOnReplica(database), "outside of a request all that this node wrote counts")
        let catchesUp = await eventually {
            await database.replicas.look()
            return (try? await isOnReplica(database)) ?? false
        }
        #expect(catchesUp)
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
        func becomes(_ isServing: Bool) async -> Bool {
            await eventually {
                await health.notePosition()
                await database.replicas.look()
                return database.replicas.states.allSatisfy { $0.isServing == isServing }
            }
        }
        #expect(await becomes(true))
        try await Administration.run("SELECT pg_wal_replay_pause()", on: replica)
        try TestScope.required().atEnd { try await Administration.run("SELECT pg_wal_replay_resume()", on: replica) }
        try await Administration.run("SELECT pg_logical_emit_message(true, 'test', 'x')", on: primary)
        #expect(await becomes(false))
        #expect(try await !isOnReplica(database))
        try await Administration.run("SELECT pg_wal_replay_resume()", on: replica)
        #expect(await becomes(true))
        #expect(try await isOnReplica(database))

        proxy.stop()
        #expect(try await !isOnReplica(database), "the reader does not notice that it fell away")
        #expect(await becomes(false))
        try proxy.start()
        #expect(await becomes(true))
    }
}

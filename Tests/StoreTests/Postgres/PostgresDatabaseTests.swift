import DashModel
import DashStorage
import Foundation
import TestSupport
import Testing

@testable import DashPostgres

@Suite("PostgreSQL: transactions and the pool", .closingStores, .enabled(if: TestServer.postgres != nil))
struct PostgresDatabaseTests {
    private let server: TestServer

    init() throws { server = try #require(TestServer.postgres) }

    /// A database with a table, and a way to it that closes with the test. Nobody is sent away who waits for a connection,
    /// however slow the machine is.
    private func database(
        by proxy: CuttingProxy? = nil,
        writers: Int = 2,
        _ tune: (inout PostgresTuning) -> Void = { _ in }
    ) async throws -> (PostgresDatabase, direct: String) {
        let url = try await server.emptyDatabase()
        try await Administration.run("CREATE TABLE t (n bigint PRIMARY KEY, v bigint NOT NULL DEFAULT 0)", on: url)
        var tuning = PostgresTuning()
        tuning.writers = writers
        tuning.readers = 2
        tuning.queueTarget = .seconds(600)
        tune(&tuning)
        let database = PostgresDatabase(
            url: try proxy?.url(of: url) ?? url,
            replicas: [],
            tuning: tuning,
            logger: Engines.silent
        )
        try TestScope.required().atEnd { await database.close() }
        return (database, url)
    }

    private func rows(_ url: String) async throws -> [String] {
        try await Administration.run("SELECT n FROM t ORDER BY n", on: url)
    }

    @Test("a read sees one moment, and can't write")
    func snapshot() async throws {
        let (database, url) = try await database()
        try await Administration.run("INSERT INTO t VALUES (1)", on: url)
        let counts = try await database.read { connection in
            let before = try connection.fetchOne("SELECT count(*) FROM t")?.int(0)
            // Another connection, on this thread.
            let other = try PostgresConnection(PostgresServer(url: url))
            try other.execute("INSERT INTO t VALUES (2)")
            return [before, try connection.fetchOne("SELECT count(*) FROM t")?.int(0)]
        }
        #expect(counts == [1, 1])
        await #expect(throws: DashError.self) {
            try await database.read { _ = try $0.execute("INSERT INTO t VALUES (3)") }
        }
        #expect(try await rows(url) == ["1", "2"])
        #expect(try await database.read { _ in 7 } == 7, "a closure that asks nothing costs nothing")
    }

    @Test("what fails is undone, also when nobody noticed the failure")
    func undone() async throws {
        let (database, url) = try await database()
        await #expect(throws: Unexpected.self) {
            do {
                try await database.writeConnection { connection in
                    try connection.execute("INSERT INTO t VALUES (1)")
                    throw DashError(.invalid, "no")
                }
            } catch let error as DashError where error.code == .invalid {
                throw Unexpected("as it should")
            }
        }
        await #expect(throws: DashError.self) {
            try await database.write { connection in
                try connection.execute("INSERT INTO t VALUES (2)")
                do { try connection.execute("INSERT INTO t VALUES (2)") } catch {}
            }
        }
        await #expect(throws: DashError.self) {
            try await database.writeConnection { connection in
                try connection.execute("INSERT INTO t VALUES (3)")
                connection.postpone([PostgresCommand("INSERT INTO t VALUES (3)")])
            }
        }
        #expect(try await rows(url).isEmpty)
        try await database.writeConnection { connection in
            connection.postpone([PostgresCommand("INSERT INTO t VALUES (4)")])
        }
        #expect(try await rows(url) == ["4"], "what is postponed goes with the commit")
        #expect(database.writers.statistics.connections == 1, "nothing of this breaks a connection")
    }

    @Test("transactions in each other's way are run again")
    func conflicts() async throws {
        let (database, url) = try await database(writers: 2)
        try await Administration.run("INSERT INTO t VALUES (1), (2)", on: url)
        let (runs, meeting) = (Tally(), Meeting())
        try await withThrowingTaskGroup { group in
            for own in 1...2 {
                group.addTask {
                    try await database.write { connection in
                        runs.add()
                        try connection.execute("UPDATE t SET v = v + 1 WHERE n = \(own)")
                        // Each has its row and wants the other's: one must give way and start again.
                        meeting.meet()
                        try connection.execute("UPDATE t SET v = v + 1 WHERE n = \(3 - own)")
                    }
                }
            }
            try await group.waitForAll()
        }
        // Whoever gave way may be in the other's way once more before that one goes on.
        #expect(runs.count >= 3)
        #expect(try await Administration.run("SELECT v FROM t", on: url) == ["2", "2"])

        let (conflicting, _) = try await self.database()
        let attempts = Tally()
        let value = try await conflicting.write { connection -> Int in
            let attempt = attempts.add()
            try connection.execute("INSERT INTO t VALUES (\(attempt))")
            if attempt < 3 { throw SQLError(.conflict, "in the way", sqlState: "40001") }
            return attempt
        }
        #expect(value == 3)
        #expect(try await conflicting.read { try $0.fetchOne("SELECT count(*) FROM t")?.int(0) } == 1)
    }

    @Test("a commit whose answer is lost was done once, and is told as done")
    func lostAnswer() async throws {
        let proxy = try CuttingProxy(to: server.port)
        let (database, url) = try await database(by: proxy)
        proxy.cutNext(.beforeCommitAnswer)
        let runs = Tally()
        let value = try await database.write { connection in
            runs.add()
            try connection.execute("INSERT INTO t VALUES (1)")
            return 41
        }
        #expect(value == 41 && proxy.cuts == 1)
        #expect(runs.count == 1)
        #expect(try await rows(url) == ["1"])
    }

    @Test("what became of a commit is told as soon as the server is back")
    func doubtEnds() async throws {
        let proxy = try CuttingProxy(to: server.port)
        let (database, url) = try await database(by: proxy) { $0.doubtLimit = .seconds(600) }
        let runs = Tally()
        for cut in [CuttingProxy.Cut.beforeCommitAnswer, .beforeCommit] {
            proxy.cutNext(cut, andStop: true)
            let before = proxy.cuts
            async let written: Void = database.write { connection in
                runs.add()
                try connection.execute("INSERT INTO t SELECT coalesce(max(n), 0) + 1 FROM t")
            }
            try await eventually("it is cut") { proxy.cuts > before }
            try proxy.start()
            let back = ContinuousClock.now
            try await written
            // No longer than a pool waits before it tries again, and far from the limit.
            #expect(.now - back < .seconds(120))
        }
        #expect(try await rows(url) == ["1", "2"])
        #expect(runs.count == 3, "the one that arrived was not done again")
    }

    @Test("when the server stays away, the sender is told in time that nobody knows")
    func doubtStays() async throws {
        let proxy = try CuttingProxy(to: server.port)
        let (database, url) = try await database(by: proxy) { $0.doubtLimit = .seconds(1) }
        proxy.cutNext(.beforeCommitAnswer, andStop: true)
        let started = ContinuousClock.now
        let error = await #expect(throws: DashError.self) {
            try await database.write { _ = try $0.execute("INSERT INTO t VALUES (1)") }
        }
        let waited = ContinuousClock.now - started
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("is not known") == true && error?.retryAfter != nil)
        #expect(waited >= .seconds(1) && waited < .seconds(15), "\(waited)")
        #expect(try await rows(url) == ["1"], "it was saved, and nobody could tell")
    }

    @Test("a commit that never arrived is done again, once")
    func lostCommit() async throws {
        let proxy = try CuttingProxy(to: server.port)
        let (database, url) = try await database(by: proxy)
        proxy.cutNext(.beforeCommit)
        let runs = Tally()
        try await database.write { connection in
            runs.add()
            try connection.execute("INSERT INTO t VALUES (1)")
        }
        #expect(runs.count == 2 && proxy.cuts == 1)
        #expect(try await rows(url) == ["1"])
    }

    @Test("so it is when everything was to go with the commit")
    func lostWithEverything() async throws {
        for cut in [CuttingProxy.Cut.beforeCommit, .beforeCommitAnswer] {
            let proxy = try CuttingProxy(to: server.port)
            let (database, url) = try await database(by: proxy)
            proxy.cutNext(cut)
            try await database.writeConnection { connection in
                connection.postpone([PostgresCommand("INSERT INTO t SELECT coalesce(max(n), 0) + 1 FROM t")])
            }
            #expect(proxy.cuts == 1)
            #expect(try await rows(url) == ["1"])
        }
    }

    @Test("a server that is away is told within moments, and used as soon as it is back")
    func away() async throws {
        let proxy = try CuttingProxy(to: server.port)
        let (database, url) = try await database(by: proxy)
        try await database.write { _ = try $0.execute("INSERT INTO t VALUES (1)") }
        _ = try await database.read { try $0.fetch("SELECT * FROM t") }
        proxy.stop()
        for _ in 0..<20 {
            let started = ContinuousClock.now
            let read = await #expect(throws: DashError.self) {
                _ = try await database.read { try $0.fetch("SELECT 1") }
            }
            let write = await #expect(throws: DashError.self) {
                try await database.write { _ = try $0.execute("INSERT INTO t VALUES (2)") }
            }
            #expect(read?.code == .unavailable && write?.code == .unavailable)
            // Nobody waits for a connection until his time is over.
            #expect(.now - started < .seconds(60))
        }
        try proxy.start()
        try await eventually("it is used again") {
            do {
                try await database.write { _ = try $0.execute("INSERT INTO t VALUES (3)") }
                return true
            } catch is DashError {
                return false
            }
        }
        #expect(try await rows(url) == ["1", "3"])
    }

    @Test("one who waits for too long is sent away")
    func refused() async throws {
        let (database, _) = try await database { tuning in
            tuning.readers = 1
            tuning.queueTarget = .milliseconds(200)
            tuning.queueInterval = .milliseconds(50)
        }
        let pool = database.readers
        let gate = Gate()
        async let holder: Void = pool.withConnection { _ in gate.wait() }
        try await eventually("the only one is lent") { gate.isReached }
        let refused = await #expect(throws: DashError.self) { _ = try await pool.withConnection { _ in 1 } }
        #expect(refused?.code == .unavailable && refused?.retryAfter != nil)
        gate.open()
        try await holder
        #expect(try await pool.withConnection { _ in 2 } == 2)
    }

    @Test("one who waits is served in turn, and leaves when cancelled; no connection is lost")
    func waiting() async throws {
        let (database, _) = try await database { $0.readers = 1 }
        let pool = database.readers
        let gate = Gate()
        async let holder: Void = pool.withConnection { _ in gate.wait() }
        try await eventually("the only one is lent") { pool.statistics.connections == 1 && gate.isReached }

        let cancelled = Task { try await pool.withConnection(isCancellable: true) { _ in 2 } }
        try await eventually("one waits") { pool.statistics.waiting == 1 }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { _ = try await cancelled.value }
        #expect(pool.statistics.waiting == 0)

        let served = Task { try await pool.withConnection { _ in 3 } }
        try await eventually("another waits") { pool.statistics.waiting == 1 }
        served.cancel()
        gate.open()
        try await holder
        #expect(try await served.value == 3, "who may not be cut short is not")
        #expect(pool.statistics.idle == 1 && pool.statistics.connections == 1)
    }

    @Test("a cancelled reader ends its statement at once, a cancelled writer goes on to the end")
    func cancellation() async throws {
        let (database, url) = try await database()
        let reader = Task { try await database.read { _ = try $0.fetch("SELECT pg_sleep(600), 'reader'") } }
        func waits(_ who: String, for event: String) async throws -> Bool {
            let found = try await Administration.run(
                """
                SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = '\(event)' \
                AND query LIKE '%\(who)%'
                """,
                on: url
            )
            return found == ["1"]
        }
        try await eventually("the reader is at it") { try await waits("reader", for: "PgSleep") }
        let started = ContinuousClock.now
        reader.cancel()
        await #expect(throws: CancellationError.self) { try await reader.value }
        // Far from the limit of a read's time.
        #expect(.now - started < PostgresDatabase.readLimit * 2 / 3)
        #expect(try await !waits("reader", for: "PgSleep"))
        #expect(try await database.read { try $0.fetchOne("SELECT 1")?.int(0) } == 1)
        #expect(database.readers.statistics.connections == 1, "the connection survives")

        let other = try await PostgresSession.open(PostgresServer(url: url))
        try await other.run { _ = try $0.fetch("SELECT pg_advisory_lock(1)") }
        let writer = Task {
            try await database.write { connection in
                // It is cancelled while it waits for the lock; a cancellation that is on its way would meet the sleep.
                _ = try connection.fetch("SELECT pg_advisory_lock_shared(1), pg_sleep(0.5), 'writer'")
                try connection.execute("INSERT INTO t VALUES (1)")
            }
        }
        try await eventually("the writer is at it") { try await waits("writer", for: "advisory") }
        writer.cancel()
        await other.close()
        try await writer.value
        #expect(try await rows(url) == ["1"])
    }

    @Test("a transaction left open does not reach the next user")
    func leftOpen() async throws {
        let (database, url) = try await database(writers: 1)
        try await database.plainConnection(within: .seconds(120)) { connection in
            try connection.pipelined(["BEGIN"])
            try connection.execute("INSERT INTO t VALUES (1)")
        }
        try await database.write { _ = try $0.execute("INSERT INTO t VALUES (2)") }
        #expect(try await rows(url) == ["2"])
    }

    @Test("many at once on few connections: all are served, each connection by one at a time")
    func crowd() async throws {
        let (database, url) = try await database(writers: 3)
        try await withThrowingTaskGroup { group in
            for number in 0..<300 {
                group.addTask { try await database.write { _ = try $0.execute("INSERT INTO t VALUES (\(number))") } }
                group.addTask { _ = try await database.read { try $0.fetch("SELECT count(*) FROM t") } }
            }
            try await group.waitForAll()
        }
        #expect(try await rows(url).count == 300)
        let statistics = database.writers.statistics
        #expect(statistics.connections <= 3 && statistics.idle == statistics.connections && statistics.waiting == 0)
    }

    @Test("connections ended by the server while idle are found by the look at them")
    func idleCheck() async throws {
        let (database, url) = try await database()
        _ = try await database.read { try $0.fetch("SELECT 1") }
        try await Administration.run(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """,
            on: url
        )
        try await eventually("they are found") {
            await database.readers.checkIdle()
            return database.readers.statistics.connections == 0
        }
        #expect(try await database.read { try $0.fetchOne("SELECT 1")?.int(0) } == 1)
    }

    @Test("a closed database refuses")
    func closed() async throws {
        let (database, _) = try await database()
        try await database.write { _ = try $0.execute("INSERT INTO t VALUES (1)") }
        await database.close()
        let error = await #expect(throws: DashError.self) { _ = try await database.read { try $0.fetch("SELECT 1") } }
        #expect(error?.code == .unavailable)
        #expect(database.writers.statistics.connections == 0)
    }
}

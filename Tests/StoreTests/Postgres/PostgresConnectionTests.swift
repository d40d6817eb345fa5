import DashModel
import DashStorage
import Foundation
import TestSupport
import Testing

@testable import DashPostgres

@Suite("PostgreSQL: one connection", .closingStores, .enabled(if: TestServer.postgres != nil))
struct PostgresConnectionTests {
    private let server: TestServer

    init() throws { server = try #require(TestServer.postgres) }

    @Test("many statements take one round trip; behind a failure nothing is run, and the connection goes on")
    func pipeline() async throws {
        let url = try await server.emptyDatabase()
        try await Lent.connection(to: url) { (connection) throws in
            try connection.execute("CREATE TABLE t (n bigint PRIMARY KEY)")
            let inserts = (0..<2_000).map { SQLStatement("INSERT INTO t VALUES (\($0))") }
            let results = try connection.pipelined(inserts + ["SELECT count(*) FROM t"])
            #expect(results.dropLast().allSatisfy { $0.changed == 1 })
            #expect(results.last?.rows.first?.int(0) == 2_000)
            let failure = #expect(throws: SQLError.self) {
                try connection.pipelined([
                    "INSERT INTO t VALUES (\(5_000))", "INSERT INTO t VALUES (\(5))", "INSERT INTO t VALUES (\(5_001))",
                    "SELECT nowhere FROM t",
                ])
            }
            #expect(failure?.code == .unique(table: "t", columns: ["n"]))
            #expect(try connection.fetchOne("SELECT count(*) FROM t")?.int(0) == 2_000, "the whole pipeline was undone")
            #expect(try connection.execute("") == 0, "an empty statement is none")
        }
    }

    @Test("big statements and big answers pass each other")
    func bigTraffic() async throws {
        try await Lent.connection(to: server.url) { (connection) throws in
            let blob = [UInt8](repeating: 7, count: 3_000_000)
            let results = try connection.pipelined((0..<6).map { _ in SQLStatement("SELECT \(blob)") })
            #expect(results.allSatisfy { $0.rows.first?.bytes(0)?.count == blob.count })
        }
    }

    @Test("a statement that can't be compiled is compiled again when it can")
    func failedPreparation() async throws {
        let url = try await server.emptyDatabase()
        try await Lent.connection(to: url) { (connection) throws in
            for _ in 0..<2 { #expect(throws: SQLError.self) { try connection.fetch("SELECT n FROM later") } }
            #expect(throws: SQLError.self) {
                try connection.pipelined(["SELECT 1/0", "SELECT 'never compiled'"])
            }
            try connection.execute("CREATE TABLE later AS SELECT 1 AS n")
            #expect(try connection.fetchOne("SELECT n FROM later")?.int(0) == 1)
            #expect(try connection.fetchOne("SELECT 'never compiled'")?.text(0) == "never compiled")
        }
    }

    @Test("more statements than are kept: the server keeps no more either, and a failed transaction still ends")
    func eviction() async throws {
        try await Lent.connection(to: server.url) { (connection) throws in
            func statement(_ number: Int) -> SQLStatement { SQLStatement(raw: "SELECT \(number) AS n") }
            for number in 0..<700 { #expect(try connection.fetchOne(statement(number))?.int(0) == Int64(number)) }
            _ = try connection.pipelined((0..<400).map(statement))
            #expect(try connection.fetchOne(statement(3))?.int(0) == 3)
            let kept = try connection.fetchOne("SELECT count(*) FROM pg_prepared_statements")?.int(0) ?? 0
            #expect(kept <= Int64(PreparedStatements.capacity + 1))
            // The rollback itself is new, finds the cache full, and the transaction takes nothing else any more.
            for round in 0..<3 {
                _ = try connection.pipelined((0..<256).map { statement(1_000 * (round + 1) + $0) })
                connection.postponeBeginning()
                #expect(throws: SQLError.self) { try connection.fetch("SELECT 1/0") }
                try connection.rollBack()
                #expect(!connection.isInTransaction)
            }
        }
    }

    @Test(
        "a table changed under a compiled statement: outside of a transaction nobody notices, inside it is a conflict"
    )
    func stalePlan() async throws {
        let url = try await server.emptyDatabase()
        try await Lent.connection(to: url) { (connection) throws in
            try connection.execute("CREATE TABLE t AS SELECT 1 AS a")
            #expect(try connection.fetchOne("SELECT * FROM t")?.cells == [.integer(1)])
            try connection.execute("ALTER TABLE t ADD b text DEFAULT 'x'")
            #expect(try connection.fetchOne("SELECT * FROM t")?.cells == [.integer(1), .text("x")])

            try connection.execute("ALTER TABLE t ADD c int DEFAULT 3")
            connection.postponeBeginning()
            #expect(try connection.fetchOne("SELECT * FROM t")?.cells.count == 3, "nothing was done before")
            try connection.execute("ALTER TABLE t ADD d int")
            let failure = #expect(throws: SQLError.self) { try connection.fetch("SELECT * FROM t") }
            #expect(failure?.code == .conflict && failure?.sqlState == "0A000")
            try connection.rollBack()
            #expect(try connection.fetchOne("SELECT * FROM t")?.cells.count == 3)

            try connection.execute(SQLStatement.once("DEALLOCATE ALL"))
            #expect(try connection.fetchOne("SELECT * FROM t")?.cells.count == 3, "the server forgot all statements")
            let other = #expect(throws: SQLError.self) {
                try connection.execute("CREATE TABLE u (n int) PARTITION BY LIST (n, n)")
            }
            #expect(other != nil && connection.isClean)
        }
    }

    @Test("rows are copied; a COPY that fails or is given up leaves the connection as it was")
    func copy() async throws {
        let url = try await server.emptyDatabase()
        try await Lent.connection(to: url) { (connection) throws in
            try connection.execute("CREATE TABLE t (n bigint PRIMARY KEY)")
            func tuple(_ number: Int64) -> [UInt8] {
                var bytes: [UInt8] = []
                BinaryFormat.append(Int16(1), to: &bytes)
                BinaryFormat.append(Int32(8), to: &bytes)
                BinaryFormat.append(number, to: &bytes)
                return bytes
            }
            func copy(_ numbers: [Int64], target: String = "t (n)") throws {
                try connection.copy(target) { stream in
                    try stream.send(CopyStream.head + numbers.flatMap(tuple))
                }
            }
            func count() throws -> Int64? { try connection.fetchOne("SELECT count(*) FROM t")?.int(0) }
            try copy(Array(0..<200_000))
            #expect(try count() == 200_000)
            #expect(throws: SQLError.self) { try copy([1], target: "nowhere") }
            let double = #expect(throws: SQLError.self) { try copy([200_001, 5]) }
            #expect(double?.code == .unique(table: "t", columns: ["n"]))
            #expect(throws: SQLError.self) {
                try connection.copy("t (n)") { try $0.send(CopyStream.head + [0, 9, 9]) }
            }
            #expect(throws: Unexpected.self) {
                try connection.copy("t (n)") { stream in
                    try stream.send(CopyStream.head + tuple(300_000))
                    throw Unexpected("no more")
                }
            }
            #expect(connection.isAlive && connection.isClean)
            #expect(try count() == 200_000)
            connection.postponeBeginning()
            try copy([200_002])
            #expect(connection.transaction != nil)
            try connection.rollBack()
            #expect(try count() == 200_000)
            // Copying is no statement.
            #expect(throws: SQLError.self) { try connection.execute("COPY t FROM STDIN") }
            #expect(connection.handle == nil)
            #expect(throws: SQLError.self) { try count() }
        }
    }

    @Test("a deadline ends a statement, also one that sends all the time, and the connection goes on")
    func deadline() async throws {
        try await Lent.connection(to: server.url) { (connection) throws in
            let slow: [SQLStatement] = [
                "SELECT pg_sleep(600)",
                "SELECT repeat('x', 100000) FROM generate_series(1, 100000000) AS n",
            ]
            for statement in slow {
                connection.deadline = .now + .milliseconds(200)
                let started = ContinuousClock.now
                let failure = #expect(throws: SQLError.self) { try connection.fetch(statement) }
                #expect(failure?.code == .interrupted)
                #expect(.now - started < .seconds(60))
                connection.deadline = .now + .seconds(120)
                #expect(try connection.fetchOne("SELECT 1")?.int(0) == 1)
            }
        }
    }

    @Test("a server that stands still: the deadline holds, and nothing waits for it")
    func standingServer() async throws {
        let proxy = try CuttingProxy(to: server.port)
        try await Lent.connection(to: try proxy.url(of: server.url)) { (connection) throws in
            _ = try connection.fetch("SELECT 1")
            proxy.silence()
            let started = ContinuousClock.now
            connection.deadline = started + .milliseconds(200)
            let failure = #expect(throws: SQLError.self) { try connection.fetch("SELECT 2") }
            #expect(failure?.isLost == true && connection.handle == nil)
            #expect(.now - started < .seconds(60))
        }
    }

    @Test("a connection whose backend was ended: found when idle, told when busy")
    func terminated() async throws {
        let url = server.url
        let session = try await PostgresSession.open(PostgresServer(url: url))
        func backend() async throws -> String {
            try await session.run { "\(try $0.fetchOne("SELECT pg_backend_pid()")?.int(0) ?? 0)" }
        }
        let idle = try await backend()
        #expect(await session.isAlive())
        try await Administration.run("SELECT pg_terminate_backend(\(idle))", on: url)
        try await eventually("its end is found") { await !session.isAlive() }
        await session.close()

        let busy = try await PostgresSession.open(PostgresServer(url: url))
        let number = try await busy.run { "\(try $0.fetchOne("SELECT pg_backend_pid()")?.int(0) ?? 0)" }
        async let failure = busy.run { connection in
            #expect(throws: SQLError.self) { try connection.fetch("SELECT pg_sleep(600)") }
        }
        try await eventually("it is busy") {
            let state = try await Administration.run(
                "SELECT 1 FROM pg_stat_activity WHERE pid = \(number) AND wait_event = 'PgSleep'",
                on: url
            )
            return state == ["1"]
        }
        try await Administration.run("SELECT pg_terminate_backend(\(number))", on: url)
        #expect(try await failure?.isLost == true)
        await busy.close()
    }

    @Test("a closed connection refuses, whatever is asked of it")
    func closed() async throws {
        try await Lent.connection(to: server.url) { (connection) throws in
            connection.close()
            connection.close()
            #expect(!connection.isAlive && !connection.isClean && !connection.isInTransaction)
            #expect(throws: SQLError.self) { try connection.fetch("SELECT 1") }
            #expect(throws: SQLError.self) { try connection.copy("t") { try $0.send([1]) } }
            #expect(throws: SQLError.self) { try connection.sendAndForget(PostgresCommand("SELECT 1")) }
            #expect(connection.lost().isLost)
            try connection.rollBack()
        }
    }

    @Test("a server's address shows neither its password nor its user")
    func names() {
        func name(_ url: String) -> String { PostgresServer(url: url).name }
        #expect(name("postgres://user:se%40cret@db.example:6543/dash?sslmode=require") == "db.example:6543")
        #expect(name("postgres://user:secret@127.0.0.1/dash") == "127.0.0.1")
        #expect(name("postgresql://user:se/cret@db/dash").contains("cret") == false)
        #expect(name("host=one port=1 password=secret") == "one:1")
        #expect(name("postgres:///dash") == "the local server")
    }
}

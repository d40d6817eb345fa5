import DashModel
import Testing

@testable import DashPostgres

@Suite(
    "PostgreSQL: who may copy into a database",
    .closingStores,
    .timeLimit(.minutes(10)),
    .enabled(if: TestServer.postgres != nil)
)
struct CopyClaimTests {
    @Test("not while a node serves it, and not twice at once; a node that comes later is not let in")
    func claims() async throws {
        let url = try await #require(TestServer.postgres).emptyDatabase()
        let notices = PostgresNotices(url: url, logger: Engines.silent)
        var heard = notices.listen(to: [PostgresNotices.jobs]).makeAsyncIterator()
        try await withThrowingTaskGroup { group in
            group.addTask { try await notices.run() }
            #expect(await heard.next() == .missed, "it listens")
            let served = await #expect(throws: DashError.self) { _ = try await CopyClaim(url: url) }
            #expect(served?.code == .conflict)
            #expect(served?.message.contains("is served by a dashd (on 127.0.0.1)") == true, "\(served?.message ?? "")")
            group.cancelAll()
            try await group.waitForAll()
        }

        let claim = try await CopyClaim(url: url)
        let twice = await #expect(throws: DashError.self) { _ = try await CopyClaim(url: url) }
        #expect(twice?.message.contains("Another copy") == true)
        try await Lent.connection(to: url) { connection throws in
            #expect(try !CopyClaim.announceNode(on: connection))
        }
        await claim.close()
        try await Lent.connection(to: url) { connection throws in
            #expect(try CopyClaim.announceNode(on: connection))
        }
    }

    @Test("nodes of another database on the same server don't matter")
    func otherDatabase() async throws {
        let server = try #require(TestServer.postgres)
        let (one, other) = (try await server.emptyDatabase(), try await server.emptyDatabase())
        let first = try await CopyClaim(url: one)
        let second = try await CopyClaim(url: other)
        await first.close()
        await second.close()
    }
}

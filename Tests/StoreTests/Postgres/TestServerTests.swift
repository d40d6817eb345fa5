import DashPostgres
import Testing

@Suite("Test servers", .closingStores)
struct TestServerTests {
    static let servers = [TestServer.postgres, TestServer.timescale].compactMap { $0 }

    @Test("each database is empty and one's own, and goes with the test", arguments: servers)
    func databases(_ server: TestServer) async throws {
        let scope = TestScope()
        let urls = try await TestScope.$current.withValue(scope) {
            let urls = [try await server.emptyDatabase(), try await server.emptyDatabase()]
            try await Administration.run("CREATE TABLE mine (id int)", on: urls[0])
            #expect(try await Administration.run("SELECT to_regclass('mine') IS NULL", on: urls[1]) == ["t"])
            return urls
        }
        try await scope.end()
        for url in urls {
            await #expect(throws: Unexpected.self) { try await Administration.run("SELECT 1", on: url) }
        }
    }

    @Test("a engine answers", arguments: servers)
    func store(_ server: TestServer) async throws {
        try await server.engine().ping()
    }

    @Test("what needs a server is refused outside of a scope", arguments: servers)
    func scopeless(_ server: TestServer) async throws {
        await TestScope.$current.withValue(nil) {
            await #expect(throws: Unexpected.self) { try await server.emptyDatabase() }
        }
    }
}

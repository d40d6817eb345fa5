import Testing

/// Every kind of sink against a real server, through a proxy that breaks the connection.
@Suite struct SinkContractTests {
    @Test(arguments: SinkBackend.Kind.there) func everyKind(_ kind: SinkBackend.Kind) async throws {
        try await SinkBackend.with(kind) { try await SinkContract($0).run() }
    }

    @Test(.enabled(if: TestServers.postgres != nil), arguments: ["columns", "key"])
    func tableOfTheUser(mode: String) async throws {
        try await SinkBackend.postgreSQL(mode: mode) { try await SinkContract($0).run() }
    }
}

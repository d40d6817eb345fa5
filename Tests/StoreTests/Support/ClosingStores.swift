import Testing

/// Closes each test's stores and drops its databases when it is over, and keeps the number of tests that have some small:
/// a server has only so many connections.
struct ClosingStores: SuiteTrait, TestTrait, TestScoping {
    private static let turnstile = Turnstile(6)

    var isRecursive: Bool { true }

    @concurrent
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil, TestScope.current == nil else { return try await function() }
        try await Self.turnstile.pass {
            let scope = TestScope()
            do {
                try await TestScope.$current.withValue(scope) { try await function() }
            } catch {
                try await scope.end()
                throw error
            }
            try await scope.end()
        }
    }
}

extension Trait where Self == ClosingStores {
    /// For suites whose tests make stores with `Engines` or `TestServer`.
    static var closingStores: Self { ClosingStores() }
}

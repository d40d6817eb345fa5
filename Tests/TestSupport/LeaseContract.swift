public import DashExchange
import DashModel
import Testing

/// What every `Lease` must do.
public struct LeaseContract {
    private let lease: any Lease
    private let advance: (Duration) async throws -> Void

    /// `advance` moves the clock that the leases go by.
    public init(lease: any Lease, advance: @escaping (Duration) async throws -> Void) {
        self.lease = lease
        self.advance = advance
    }

    /// So long that none runs out by the time that the test itself takes.
    private let lasting = Duration.seconds(1_000)

    public func run() async throws {
        let first = try #require(try await lease.acquire("lane", holder: "a", for: lasting))
        #expect(try await lease.acquire("lane", holder: "b", for: lasting) == nil)
        #expect(try await lease.acquire("lane", holder: "a", for: lasting) == first)
        #expect(try await lease.acquire("other", holder: "b", for: lasting) != nil)
        try await advance(lasting * 6 / 10)
        #expect(try await lease.renew("lane", holder: "a", for: lasting))
        try await advance(lasting * 6 / 10)
        #expect(try await lease.acquire("lane", holder: "b", for: lasting) == nil)
        try await advance(lasting * 6 / 10)
        #expect(try await !lease.renew("lane", holder: "a", for: lasting), "it ran out")
        let second = try #require(try await lease.acquire("lane", holder: "b", for: lasting))
        #expect(second > first)
        try await lease.release("lane", holder: "a")
        #expect(try await lease.acquire("lane", holder: "a", for: lasting) == nil, "only its holder gives it back")
        try await lease.release("lane", holder: "b")
        #expect(try await lease.acquire("lane", holder: "a", for: lasting) != nil)
    }
}

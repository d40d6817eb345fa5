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

    public func run() async throws {
        let first = try #require(try await lease.acquire("lane", holder: "a", for: .seconds(10)))
        #expect(try await lease.acquire("lane", holder: "b", for: .seconds(10)) == nil)
        #expect(try await lease.acquire("lane", holder: "a", for: .seconds(10)) == first)
        #expect(try await lease.acquire("other", holder: "b", for: .seconds(10)) != nil)
        try await advance(.seconds(6))
        #expect(try await lease.renew("lane", holder: "a", for: .seconds(10)))
        try await advance(.seconds(6))
        #expect(try await lease.acquire("lane", holder: "b", for: .seconds(10)) == nil)
        try await advance(.seconds(6))
        #expect(try await !lease.renew("lane", holder: "a", for: .seconds(10)), "it ran out")
        let second = try #require(try await lease.acquire("lane", holder: "b", for: .seconds(10)))
        #expect(second > first)
        try await lease.release("lane", holder: "a")
        #expect(try await lease.acquire("lane", holder: "a", for: .seconds(10)) == nil, "only its holder gives it back")
        try await lease.release("lane", holder: "b")
        #expect(try await lease.acquire("lane", holder: "a", for: .seconds(10)) != nil)
    }
}

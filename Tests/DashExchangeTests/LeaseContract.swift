import DashExchange
import DashModel
import Testing

/// What every `Lease` must do.
struct LeaseContract {
    let lease: any Lease
    let clock: ManualClock

    func run() async throws {
        let first = try #require(try await lease.acquire("lane", holder: "a", for: .seconds(10)))
        #expect(try await lease.acquire("lane", holder: "b", for: .seconds(10)) == nil)
        #expect(try await lease.acquire("lane", holder: "a", for: .seconds(10)) == first)
        #expect(try await lease.acquire("other", holder: "b", for: .seconds(10)) != nil)
        clock.advance(by: .seconds(6))
        #expect(try await lease.renew("lane", holder: "a", for: .seconds(10)))
        clock.advance(by: .seconds(6))
        #expect(try await lease.acquire("lane", holder: "b", for: .seconds(10)) == nil)
        clock.advance(by: .seconds(6))
        #expect(try await !lease.renew("lane", holder: "a", for: .seconds(10)), "it ran out")
        let second = try #require(try await lease.acquire("lane", holder: "b", for: .seconds(10)))
        #expect(second > first)
        try await lease.release("lane", holder: "a")
        #expect(try await lease.acquire("lane", holder: "a", for: .seconds(10)) == nil, "only its holder gives it back")
        try await lease.release("lane", holder: "b")
        #expect(try await lease.acquire("lane", holder: "a", for: .seconds(10)) != nil)
    }
}

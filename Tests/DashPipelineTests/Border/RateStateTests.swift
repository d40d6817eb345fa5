import Testing

@testable import DashPipeline

@Suite struct RateStateTests {
    private let now = ContinuousClock.now
    private let limit = RateLimit(name: "test", quota: 10, window: .seconds(10))

    @Test func takesUpToTheQuotaThenEvenly() {
        var state = RateState<String>(capacity: 10)
        for left in (0..<10).reversed() {
            let status = state.take("a", limit, now: now)
            #expect(status.isAllowed)
            #expect(status.remaining == left)
        }
        let refused = state.take("a", limit, now: now)
        #expect(!refused.isAllowed)
        #expect(refused.retryAfter == .seconds(1))
        #expect(refused.reset == .seconds(10))
        #expect(state.take("b", limit, now: now).isAllowed)
        #expect(state.take("a", limit, now: now + .seconds(1)).isAllowed)
        #expect(!state.take("a", limit, now: now + .seconds(1)).isAllowed)
    }

    @Test func aCrowdMakesItForgetNobodyWhoIsOver() {
        var state = RateState<String>(capacity: 100)
        for _ in 0..<10 { _ = state.take("guesser", limit, now: now) }
        for index in 0..<100_000 { _ = state.take("stranger \(index)", limit, now: now) }
        #expect(!state.take("guesser", limit, now: now).isAllowed)
        #expect(state.count <= 100)
        #expect(!state.take("one more", limit, now: now).isAllowed, "strangers share one bucket while it is full")
        #expect(state.take("one more", limit, now: now + .seconds(20)).isAllowed, "full buckets made room")
    }

    @Test func aLookCountsNothing() {
        var state = RateState<String>(capacity: 10)
        for _ in 0..<20 { #expect(state.take("a", limit, takes: false, now: now).isAllowed) }
        #expect(state.take("a", limit, cost: 50, now: now).isAllowed, "what is larger than all takes all")
        #expect(!state.take("a", limit, now: now).isAllowed)
        state.forgive("a")
        #expect(state.take("a", limit, now: now).isAllowed)
    }

    @Test func aChangedLimitHoldsAtOnce() {
        var state = RateState<String>(capacity: 10)
        _ = state.take("a", limit, now: now)
        let smaller = RateLimit(name: "test", quota: 2, window: .seconds(10))
        #expect(state.take("a", smaller, now: now).remaining == 1)
    }
}

import DashJobs
import Testing

@Suite struct BackoffTests {
    @Test func doublesToTheCap() {
        let backoff = Backoff(base: .seconds(1), cap: .seconds(300), jitter: 0.5)
        #expect(backoff.delay(after: 1, atLeast: nil, chance: 1) == .seconds(1))
        #expect(backoff.delay(after: 4, atLeast: nil, chance: 1) == .seconds(8))
        #expect(backoff.delay(after: 4, atLeast: nil, chance: 0) == .seconds(4))
        #expect(backoff.delay(after: 100, atLeast: nil, chance: 1) == .seconds(300))
        #expect(backoff.delay(after: 1, atLeast: .seconds(60), chance: 1) == .seconds(60))
    }

    @Test func staysWithinItsJitter() {
        let backoff = Backoff.jobs
        for attempt in 1...30 {
            let delay = backoff.delay(after: attempt)
            #expect(delay <= backoff.cap && delay >= backoff.base * 0.5)
        }
    }
}

import Testing

@testable import DashPipeline

@Suite struct GatheringTests {
    private let start = ContinuousClock.now
    private let limits = InboxLimits(busyParts: 8, slow: .milliseconds(4), gather: .milliseconds(10))

    private func after(_ parts: Int, rows: Int = 0, waiting: Int = 0, lasting milliseconds: Int) -> Gathering {
        var gathering = Gathering()
        gathering.begin(
            answered: parts,
            rows: rows,
            waiting: waiting,
            lasted: .milliseconds(milliseconds),
            now: start,
            limits: limits
        )
        return gathering
    }

    @Test func aQuickOrSmallTransactionIsFollowedAtOnce() {
        #expect(after(100, lasting: 3).end == nil)
        #expect(after(7, lasting: 50).end == nil)
        #expect(!after(100, lasting: 3).holds(1, besideOthers: true, now: start))
    }

    @Test func whatManyRowsTakeIsNoWaiting() {
        #expect(after(16, rows: 1_600, lasting: 15).end == nil)
        #expect(after(16, rows: 16, lasting: 15).end != nil)
        #expect(after(16, rows: 1_600, lasting: 24).end == start + .milliseconds(4), "half of what is left")
    }

    @Test func aSlowOneIsFollowedByAllWhomItAnswered() {
        let gathering = after(30, waiting: 10, lasting: 8)
        #expect(gathering.holds(39, besideOthers: true, now: start))
        #expect(!gathering.holds(40, besideOthers: true, now: start), "everybody is back")
        #expect(gathering.end == start + .milliseconds(4), "half of what it lasted")
        #expect(!gathering.holds(1, besideOthers: true, now: start + .milliseconds(4)), "nobody waits for long")
        #expect(after(30, lasting: 1_000).end == start + .milliseconds(10))
    }

    @Test func whileNothingIsOnItsWayHalfOfThemAreEnough() {
        var gathering = after(30, waiting: 10, lasting: 8)
        #expect(gathering.holds(19, besideOthers: false, now: start))
        #expect(!gathering.holds(20, besideOthers: false, now: start))
        gathering.take(22)
        #expect(gathering.holds(17, besideOthers: true, now: start), "the others are still to come")
        #expect(!gathering.holds(18, besideOthers: true, now: start))
        gathering.take(18)
        #expect(gathering.end == nil)
    }

    @Test func transactionsThatEndTogetherGatherTogether() {
        var gathering = after(30, waiting: 4, lasting: 8)
        gathering.begin(answered: 20, rows: 0, waiting: 6, lasted: .milliseconds(8), now: start, limits: limits)
        #expect(gathering.holds(53, besideOthers: true, now: start))
        #expect(!gathering.holds(54, besideOthers: true, now: start))
        gathering.take(54)
        #expect(!gathering.holds(1, besideOthers: true, now: start))
    }
}

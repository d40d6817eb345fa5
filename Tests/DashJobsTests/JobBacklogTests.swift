import DashStorage
import FoundationEssentials
import Testing

@testable import DashJobs

@Suite struct JobBacklogTests {
    private let start = ContinuousClock.now

    @Test func slowJobsAreNotClaimedAhead() {
        var backlog = JobBacklog<Int>(concurrency: 4, now: start)
        #expect(backlog.room(unsettled: 0) == 4)
        backlog.add([1, 2, 3, 4], now: start)
        #expect(backlog.startWorkers() == 4)
        for number in 1...4 { #expect(backlog.next()?.job == number) }
        #expect(backlog.room(unsettled: 0) == 0)
        #expect(backlog.next() == nil)
        #expect(backlog.room(unsettled: 0) == 1, "one worker ended")
        backlog.add([5], now: start + .seconds(10))
        #expect(backlog.startWorkers() == 1)
        #expect(backlog.next()?.job == 5)
        #expect(backlog.room(unsettled: 0) == 0)
    }

    @Test func quickJobsAreClaimedAheadByAMoment() {
        var backlog = JobBacklog<Int>(concurrency: 2, now: start)
        backlog.add(Array(0..<2), now: start)
        #expect(backlog.startWorkers() == 2)
        _ = backlog.next()
        _ = backlog.next()
        // Two in five milliseconds are twenty in fifty.
        backlog.add([2], now: start + .milliseconds(5))
        #expect(backlog.room(unsettled: 0) == 19)
        backlog.add(Array(3..<22), now: start + .milliseconds(5))
        #expect(backlog.room(unsettled: 0) == 0)
        #expect(backlog.room(unsettled: 1_000_000) == 0)
    }

    @Test func whatWaitsTooLongIsTakenBackInOrder() {
        var backlog = JobBacklog<Int>(concurrency: 1, now: start)
        backlog.add([1, 2], now: start)
        backlog.add([3], now: start + .seconds(2))
        #expect(backlog.takeBack(before: start + .seconds(1)) == [1, 2])
        #expect(backlog.count == 1)
        #expect(backlog.startWorkers() == 1)
        #expect(backlog.next()?.job == 3)
    }

    @Test func whileOneSettlesTheRestGathers() {
        let pending = PendingSettlements()
        #expect(!pending.add([]))
        #expect(pending.add([settlement()]))
        #expect(!pending.add([settlement()]))
        #expect(pending.next()?.count == 2)
        #expect(!pending.add([settlement()]))
        #expect(pending.next()?.count == 1)
        #expect(pending.next() == nil)
        #expect(pending.add([settlement()]))
    }

    private func settlement() -> JobSettlement {
        JobSettlement(JobLease(job: UUID(), token: UUID()), as: .completed)
    }
}

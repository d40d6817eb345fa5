import DashModel
import DashStorage
import FoundationEssentials
import Testing

@testable import DashPipeline

@Suite struct PollPlanTests {
    private let anchor = Timestamp(seconds: 1_000)
    private let pipeline = UUID.v7()

    private func plan(_ seconds: Int64 = 10, _ misfire: MisfirePolicy = .latest, after base: Timestamp) -> PollPlan {
        var plan = PollPlan()
        let schedule = PollSchedule.interval(seconds: seconds, anchor: anchor)
        plan.set(pipeline, .init(team: .v7(), schedule: schedule, misfire: misfire), after: base)
        return plan
    }

    private func at(_ seconds: Int64) -> Timestamp { Timestamp(seconds: seconds) }

    @Test func aNewPipelineRunsAtOnceThenOnItsOwnBeat() {
        var plan = plan(after: anchor - .microseconds(1))
        let first = plan.takeDue(anchor + .milliseconds(30)) { _ in nil }
        #expect(first.map(\.dueAt) == [anchor])
        #expect(first.first?.job != nil)
        let taken1 = plan.nextDue()
        #expect(taken1 == at(1_010))
        let taken2 = plan.takeDue(at(1_009)) { _ in nil }
        #expect(taken2.isEmpty)
        let taken3 = plan.takeDue(at(1_010) - .milliseconds(3), ahead: .milliseconds(8)) { _ in nil }
        #expect(taken3.map(\.dueAt) == [at(1_010)], "coalesced")
        let taken4 = plan.nextDue()
        #expect(taken4 == at(1_020))
    }

    @Test func theNextDueTimeOfAQuickBeatIsToldNowAndThen() {
        var quick = plan(1, after: anchor)
        let told = (1...20).map { second in quick.takeDue(at(1_000 + second)) { _ in nil }.last?.nextDueAt }
        #expect(told.compactMap(\.self) == [2, 8, 14, 20].map { at(1_000 + $0) })
        var slow = plan(6, after: anchor)
        #expect((1...5).allSatisfy { beat in slow.takeDue(at(1_000 + 6 * beat)) { _ in nil }.last?.nextDueAt != nil })
    }

    @Test func manyKeepTheirOrderThroughChangesAndRemovals() {
        var plan = PollPlan()
        let ids = (0..<200).map { _ in UUID.v7() }
        func set(_ id: UUID, _ seconds: Int64, _ offset: Int) {
            let schedule = PollSchedule.interval(seconds: seconds, anchor: anchor + .milliseconds(offset))
            plan.set(
                id,
                .init(team: .v7(), schedule: schedule, misfire: .latest),
                after: anchor + .milliseconds(offset)
            )
        }
        for (index, id) in ids.enumerated() { set(id, 10, index * 37 % 200 * 50) }
        for id in ids.prefix(50) { plan.remove(id) }
        for (index, id) in ids.suffix(50).enumerated() { set(id, 5, index * 50) }
        let extra = UUID.v7()
        set(extra, 10, 0)
        #expect(plan.count == 151)
        var taken: [UUID: Int] = [:]
        var last = Timestamp.epoch
        for step in 0...2_100 {
            for due in plan.takeDue(anchor + .milliseconds(10 * step), ahead: .milliseconds(8), hindrance: { _ in nil })
            {
                #expect(due.dueAt > last - .milliseconds(18))
                last = due.dueAt
                taken[due.pipeline, default: 0] += 1
            }
        }
        #expect(taken.count == 151 && ids.prefix(50).allSatisfy { taken[$0] == nil })
        #expect(taken[extra] == 2 && ids.suffix(50).allSatisfy { (taken[$0] ?? 0) >= 3 })
    }

    @Test func whatIsMoreThanABatchComesWithTheNextCall() {
        var plan = PollPlan()
        let schedule = PollSchedule.interval(seconds: 10, anchor: anchor)
        for _ in 0..<10 { plan.set(.v7(), .init(team: .v7(), schedule: schedule, misfire: .latest), after: anchor) }
        let counts = (0..<4).map { _ in plan.takeDue(at(1_010), limit: 4) { _ in nil }.count }
        #expect(counts == [4, 4, 2, 0])
    }

    @Test func dueTimesAreTakenAsLongAheadAsRecordingLatelyTook() {
        var pace = RecordingPace()
        #expect(pace.usual == .zero && pace.ahead == RecordingPace.interval / 2)
        for _ in 0..<100 { pace.note(.milliseconds(20)) }
        #expect(abs((pace.usual - .milliseconds(20)).microseconds) < 100)
        #expect(abs((pace.ahead - .milliseconds(30)).microseconds) < 150)
        pace.note(.seconds(60))
        #expect(pace.usual < .milliseconds(24), "one that stood still counts as slow, and no more")
        for _ in 0..<100 { pace.note(.seconds(60)) }
        #expect(pace.usual <= PollPlan.furthest)
    }

    @Test func latestRunsTheNewestOfWhatWasMissed() {
        var plan = plan(after: anchor)
        let due = plan.takeDue(at(1_055)) { _ in nil }
        #expect(due.map(\.dueAt) == [1_010, 1_020, 1_030, 1_040, 1_050].map(at))
        #expect(due.map { $0.job != nil } == [false, false, false, false, true])
        #expect(due[0].state == .coalesced(reason: "missed while no node could run it"))
        let taken5 = plan.nextDue()
        #expect(taken5 == at(1_060))
    }

    @Test func skipRunsNoneThatIsLate() {
        var late = plan(10, .skip, after: anchor)
        let taken6 = late.takeDue(at(1_055)) { _ in nil }
        #expect(taken6.allSatisfy { $0.job == nil })
        var fresh = plan(10, .skip, after: anchor)
        let taken7 = fresh.takeDue(at(1_051)) { _ in nil }
        #expect(taken7.map { $0.job != nil } == [false, false, false, false, true])
    }

    @Test func allRunsEveryOne() {
        var plan = plan(10, .all, after: anchor)
        let taken8 = plan.takeDue(at(1_055)) { _ in nil }
        #expect(taken8.count { $0.job != nil } == 5)
    }

    @Test func aRunLongerThanTheIntervalCoalesces() {
        var plan = plan(after: anchor)
        let due = plan.takeDue(at(1_010)) { _ in .busy }
        #expect(due.map(\.state) == [.coalesced(reason: "run longer than interval")])
        #expect(due.allSatisfy { $0.job == nil })
        let taken9 = plan.takeDue(at(1_020)) { _ in nil }
        #expect(taken9.count { $0.job != nil } == 1)
    }

    @Test func aFailingPipelineRests() {
        var plan = plan(after: anchor)
        let taken10 = plan.takeDue(at(1_010)) { _ in .resting }
        #expect(
            taken10.map(\.state)
                == [.skipped(reason: "resting after repeated failures")]
        )
    }

    @Test func longOutagesAreRecordedInBrief() throws {
        var plan = plan(1, after: anchor)
        let due = plan.takeDue(at(1_000_000)) { _ in nil }
        #expect(due.count == PollPlan.maxRecorded)
        guard case .coalesced(let reason) = due[0].state else {
            Issue.record("the oldest must say how many came before")
            return
        }
        #expect(reason.contains("earlier"))
        #expect(due.last?.dueAt == at(1_000_000))
    }

    @Test func removedAndChangedPipelinesLeaveNothingBehind() {
        var plan = plan(after: anchor)
        let slower = PollSchedule.interval(seconds: 60, anchor: anchor)
        plan.set(pipeline, .init(team: .v7(), schedule: slower, misfire: .latest), after: at(1_005))
        let taken11 = plan.nextDue()
        #expect(taken11 == at(1_060))
        plan.remove(pipeline)
        let taken12 = plan.nextDue()
        #expect(taken12 == nil)
        let taken13 = plan.takeDue(at(2_000)) { _ in nil }
        #expect(taken13.isEmpty)
    }

    /// Whatever the lateness, restarts and policies: each due time is told of once, in order, and none is left out.
    @Test(arguments: ["latest", "skip", "all"])
    func everyDueTimeIsAccountedForOnce(policy: String) throws {
        let misfire = try #require(MisfirePolicy(rawValue: policy))
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let step = Int64.random(in: 1...30, using: &random)
            var plan = plan(step, misfire, after: anchor - .microseconds(1))
            var seen: [Timestamp] = []
            var now = anchor
            for _ in 0..<40 {
                now = now + .milliseconds(Int.random(in: 0...60_000, using: &random))
                let isBusy = Bool.random(using: &random)
                let due = plan.takeDue(now) { _ in isBusy ? .busy : nil }
                #expect(due.allSatisfy { ($0.job == nil) != ($0.state == .due) })
                if misfire != .all { #expect(due.count { $0.job != nil } <= 1) }
                seen += due.map(\.dueAt)
                if let last = seen.last, Bool.random(using: &random) {
                    // A restart goes on from the last due time that was recorded.
                    plan = self.plan(step, misfire, after: last)
                }
            }
            let expected = seen.indices.map { Timestamp(seconds: 1_000 + Int64($0) * step) }
            #expect(seen == expected)
        }
    }

    @Test func heapGivesTimesInOrder() {
        var heap = ScheduleHeap()
        let times = (0..<500).map { _ in Int64.random(in: 0...1_000) }
        for (place, time) in times.enumerated() { heap.push(.init(dueAt: Timestamp(seconds: time), place: place)) }
        var popped: [Int64] = []
        while let entry = heap.top {
            popped.append(entry.dueAt.microseconds / 1_000_000)
            heap.pop()
        }
        #expect(popped == times.sorted())
    }
}

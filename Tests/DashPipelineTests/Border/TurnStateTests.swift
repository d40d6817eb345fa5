import TestSupport
import Testing

@testable import DashPipeline

@Suite struct TurnStateTests {
    private let now = ContinuousClock.now

    private func state(
        slots: Int = 2,
        share: Int = 1,
        queue: Int = 100,
        queueShare: Int = 50,
        groupShare: Int? = nil
    ) -> TurnState<String> {
        let limits = TurnLimits(
            slots: slots,
            share: share,
            queue: queue,
            queueShare: queueShare,
            groupShare: groupShare,
            patience: .seconds(1)
        )
        return TurnState(limits)
    }

    @Test func onePartyNeverHoldsMoreThanItsShare() {
        var state = state(slots: 3, share: 2)
        #expect(state.enter("a", cost: 1, now: now) == .go)
        #expect(state.enter("a", cost: 1, now: now) == .go)
        #expect(state.enter("a", cost: 1, now: now) == .wait(1))
        #expect(state.enter("b", cost: 1, now: now) == .go, "another finds a place at once")
        #expect(state.leave("a", guessed: 1, cost: 1) == [1])
    }

    @Test func whoHasHadLeastGoesNext() {
        var state = state(slots: 1)
        #expect(state.enter("a", cost: 1, now: now) == .go)
        for _ in 0..<5 { _ = state.enter("a", cost: 1, now: now) }
        #expect(state.enter("b", cost: 1, now: now) == .wait(6))
        #expect(state.enter("b", cost: 1, now: now) == .wait(7))
        // The first turn of a was dear: b makes up for it.
        #expect(state.leave("a", guessed: 1, cost: 10) == [6])
        #expect(state.leave("b", guessed: 1, cost: 1) == [7])
        #expect(state.leave("b", guessed: 1, cost: 1) == [1])
    }

    @Test func nobodySavesUpTurnsByBeingAway() {
        var state = state(slots: 1)
        #expect(state.enter("a", cost: 1, now: now) == .go)
        for _ in 0..<10 { _ = state.enter("a", cost: 1, now: now) }
        for ticket in UInt64(1)...8 { #expect(state.leave("a", guessed: 1, cost: 100) == [ticket]) }
        for _ in 0..<3 { _ = state.enter("b", cost: 1, now: now) }
        var served: [UInt64] = []
        var holder = "a"
        for _ in 0..<5 {
            let next = state.leave(holder, guessed: 1, cost: 100)
            served += next
            holder = next.first.map { $0 > 10 ? "b" : "a" } ?? holder
        }
        #expect(served.filter { $0 <= 10 } == [9, 10], "a is not shut out: \(served)")
        #expect(served.filter { $0 > 10 } == [11, 12, 13])
    }

    @Test func queuesAreBounded() {
        var state = state(slots: 1, queue: 3, queueShare: 2)
        _ = state.enter("a", cost: 1, now: now)
        _ = state.enter("a", cost: 1, now: now)
        _ = state.enter("a", cost: 1, now: now)
        #expect(state.enter("a", cost: 1, now: now) == .refused(ofParty: true))
        #expect(state.enter("b", cost: 1, now: now) == .wait(3))
        #expect(state.enter("b", cost: 1, now: now) == .refused(ofParty: false), "a has one more than b, not two")
    }

    @Test func whoHasMostPlacesGivesOneToWhoHasLess() {
        var state = state(slots: 1, queue: 4, queueShare: 4)
        _ = state.enter("a", cost: 1, now: now)
        for _ in 0..<4 { _ = state.enter("a", cost: 1, now: now) }
        #expect(state.enter("b", cost: 1, now: now) == .waitInstead(5, of: 4))
        #expect(!state.isWaiting(4))
        #expect(state.enter("c", cost: 1, now: now) == .waitInstead(6, of: 3))
        #expect(state.enter("a", cost: 1, now: now) == .refused(ofParty: false))
        #expect(state.enter("b", cost: 1, now: now) == .refused(ofParty: false), "nobody has two more than b")
        #expect(state.waitingCount == 4)
        #expect(state.leave("a", guessed: 1, cost: 1) == [5])
        #expect(state.leave("b", guessed: 1, cost: 1) == [6])
        #expect(state.leave("c", guessed: 1, cost: 1) == [1])
        #expect(state.leave("a", guessed: 1, cost: 1) == [2])
        #expect(state.leave("a", guessed: 1, cost: 1) == [])
        #expect(state.waitingCount == 0)
    }

    @Test func aGroupHasItsTurnsAsOne() {
        var state = state(slots: 1)
        #expect(state.enter("x", cost: 1, now: now) == .go)
        for party in ["a1", "a2", "a3", "a4"] { _ = state.enter(party, of: "a", cost: 1, now: now) }
        #expect(state.enter("b1", of: "b", cost: 1, now: now) == .wait(5))
        #expect(state.enter("b1", of: "b", cost: 1, now: now) == .wait(6))
        #expect(state.leave("x", guessed: 1, cost: 1) == [1])
        #expect(state.leave("a1", of: "a", guessed: 1, cost: 1) == [5])
        #expect(state.leave("b1", of: "b", guessed: 1, cost: 1) == [2])
        #expect(state.leave("a2", of: "a", guessed: 1, cost: 1) == [6])
        #expect(state.leave("b1", of: "b", guessed: 1, cost: 1) == [3])
        #expect(state.leave("a3", of: "a", guessed: 1, cost: 1) == [4])
    }

    @Test func withinAGroupTheTurnGoesToWhoHasHadLeast() {
        var state = state(slots: 1)
        #expect(state.enter("a1", of: "a", cost: 1, now: now) == .go)
        for _ in 0..<3 { _ = state.enter("a1", of: "a", cost: 1, now: now) }
        #expect(state.enter("a2", of: "a", cost: 1, now: now) == .wait(4))
        #expect(state.leave("a1", of: "a", guessed: 1, cost: 10) == [4])
        #expect(state.leave("a2", of: "a", guessed: 1, cost: 1) == [1])
    }

    @Test func aGroupHasSoManyPlacesAndSharesThem() {
        var state = state(slots: 1, queue: 6, queueShare: 3, groupShare: 4)
        #expect(state.enter("a1", of: "a", cost: 1, now: now) == .go)
        for _ in 0..<3 { _ = state.enter("a1", of: "a", cost: 1, now: now) }
        #expect(state.enter("a1", of: "a", cost: 1, now: now) == .refused(ofParty: true))
        #expect(state.enter("a2", of: "a", cost: 1, now: now) == .wait(4))
        #expect(state.enter("a2", of: "a", cost: 1, now: now) == .waitInstead(5, of: 3))
        #expect(state.enter("a2", of: "a", cost: 1, now: now) == .refused(ofParty: true))
        #expect(state.enter("a3", of: "a", cost: 1, now: now) == .waitInstead(6, of: 5))
        #expect(state.enter("b", cost: 1, now: now) == .wait(7), "others have places of their own")
        #expect(state.enter("b", cost: 1, now: now) == .wait(8))
        // From a full house the largest group gives, and in it who has most.
        #expect(state.enter("c", cost: 1, now: now) == .waitInstead(9, of: 2))
        #expect(state.waitingCount == 6)
    }

    @Test func whoWaitedTooLongOrGaveUpGetsNoTurn() {
        var state = state(slots: 1)
        _ = state.enter("a", cost: 1, now: now)
        #expect(state.enter("b", cost: 1, now: now) == .wait(1))
        #expect(state.enter("c", cost: 1, now: now + .milliseconds(500)) == .wait(2))
        #expect(state.enter("d", cost: 1, now: now + .milliseconds(600)) == .wait(3))
        #expect(state.nextExpiry() == now + .seconds(1))
        #expect(state.expire(now: now + .milliseconds(1_100)) == [1])
        #expect(state.giveUp(2) == true)
        #expect(state.giveUp(2) == false)
        #expect(state.nextExpiry() == now + .milliseconds(1_600))
        #expect(state.leave("a", guessed: 1, cost: 1) == [3])
        #expect(state.leave("d", guessed: 1, cost: 1) == [])
        #expect(state.held == 0)
    }

    @Test func whoWantsMuchIsNotPassedForEverByWhoWantsLittle() {
        var state = state(slots: 10, share: 6)
        #expect(state.enter("a", cost: 1, slots: 6, now: now) == .go)
        #expect(state.enter("b", cost: 1, slots: 6, now: now) == .wait(1))
        #expect(state.enter("c", cost: 1, slots: 1, now: now) == .wait(2), "there is room, and b was first")
        #expect(state.leave("a", guessed: 1, cost: 1, slots: 6) == [1, 2])
        #expect(state.held == 7)
        #expect(state.enter("b", cost: 1, slots: 1, now: now) == .wait(3), "b's share is taken")
        #expect(state.enter("c", cost: 1, slots: 1, now: now) == .go, "which is nothing to c")
        #expect(state.leave("b", guessed: 1, cost: 1, slots: 6) == [3])
    }

    /// Any order of comings and goings: no slot is lost, no share exceeded, nobody forgotten.
    @Test func holdsItsPromisesInAnyOrder() {
        let seed = UInt64.random(in: 0..<(.max))
        var random = SeededGenerator(seed: seed)
        var state = state(slots: 7, share: 4, queue: 40, queueShare: 20, groupShare: 30)
        let groups = ["a": "x", "b": "x", "c": "x", "d": "d", "e": "e"]
        var turns: [(party: String, slots: Int)] = []
        var waiting: [UInt64: (party: String, slots: Int)] = [:]
        for _ in 0..<5_000 {
            let party = ["a", "b", "c", "d", "e"][Int(random.next() % 5)]
            let slots = Int(random.next() % 4) + 1
            if random.next() % 2 == 0 {
                let cost = Int(random.next() % 9) + 1
                switch state.enter(party, of: groups[party], cost: cost, slots: slots, now: now) {
                case .go: turns.append((party, slots))
                case .wait(let ticket): waiting[ticket] = (party, slots)
                case .waitInstead(let ticket, of: let other):
                    #expect(waiting.removeValue(forKey: other) != nil, "seed \(seed)")
                    waiting[ticket] = (party, slots)
                case .refused: break
                }
            } else if !turns.isEmpty {
                let turn = turns.remove(at: Int(random.next() % UInt64(turns.count)))
                let cost = Int(random.next() % 50) + 1
                let group = groups[turn.party]
                for ticket in state.leave(turn.party, of: group, guessed: 1, cost: cost, slots: turn.slots) {
                    guard let next = waiting.removeValue(forKey: ticket) else {
                        Issue.record("ticket \(ticket) of nobody, seed \(seed)")
                        return
                    }
                    turns.append(next)
                }
            } else if let ticket = waiting.keys.first, state.giveUp(ticket) {
                waiting[ticket] = nil
            }
            let held = turns.reduce(into: [:]) { $0[$1.party, default: 0] += $1.slots }
            #expect(held.values.allSatisfy { $0 <= 4 }, "seed \(seed)")
            #expect(held.values.reduce(0, +) == state.held && state.held <= 7, "seed \(seed)")
            #expect(state.waitingCount == waiting.count && waiting.count <= 40, "seed \(seed)")
            #expect(waiting.values.count { groups[$0.party] == "x" } <= 30, "seed \(seed)")
            #expect(!turns.isEmpty || waiting.isEmpty, "nobody waits for nothing, seed \(seed)")
        }
    }
}

import DashModel
import Dispatch
import FoundationEssentials
import Synchronization
import TestSupport
import Testing

@testable import DashPipeline

@Suite struct BorderTests {
    private func turns(slots: Int = 1, patience: Duration = .seconds(600), metrics: MetricsRegistry = MetricsRegistry())
        -> Turns
    {
        let limits = TurnLimits(slots: slots, share: 1, queue: 10, queueShare: 5, patience: patience)
        return Turns(limits, of: "things", named: "things", metrics: metrics)
    }

    @Test func aNewcomerWaitsForOneTurnNotForAll() async throws {
        let turns = turns()
        let (busy, quiet) = (Party.team(.v7()), Party.team(.v7()))
        let order = Order()
        let gate = AsyncGate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await turns.pass(busy) { await gate.wait() } }
            try await eventually("the first works") { gate.isWaiting }
            for _ in 0..<4 { group.addTask { try await turns.pass(busy) { order.add("busy") } } }
            try await eventually("four wait") { turns.waitingCount == 4 }
            group.addTask { try await turns.pass(quiet) { order.add("quiet") } }
            try await eventually("five wait") { turns.waitingCount == 5 }
            gate.open()
            try await group.waitForAll()
        }
        #expect(order.names.first == "quiet")
    }

    @Test func whoeverIsCancelledWhileWaitingLeavesTheQueue() async throws {
        let metrics = MetricsRegistry()
        let turns = turns(metrics: metrics)
        let gate = AsyncGate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await turns.pass(.team(.v7())) { await gate.wait() } }
            try await eventually("the first works") { gate.isWaiting }
            let waiting = Task { try await turns.pass(.address("a")) {} }
            try await eventually("it waits") { turns.waitingCount == 1 }
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            #expect(turns.waitingCount == 0)
            gate.open()
            try await group.waitForAll()
        }
        try await turns.pass(.address("a")) {}
        #expect(metrics.render().contains(#"dash_border_waited_total{turn="things"} 1"#))
    }

    @Test func nobodyWaitsForEver() async throws {
        let turns = turns(patience: .milliseconds(20))
        let gate = AsyncGate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await turns.pass(.address("a")) { await gate.wait() } }
            try await eventually("the first works") { gate.isWaiting }
            let error = await #expect(throws: DashError.self) { try await turns.pass(.address("b")) {} }
            #expect(error?.code == .unavailable)
            #expect(error?.retryAfter != nil)
            gate.open()
            try await group.waitForAll()
        }
    }

    @Test func capsCountWhatIsOpenAndNameWhatIsFull() throws {
        let caps = Caps()
        let team = Party.team(.v7())
        let mine = [Cap("streams", of: team, limit: 2), Cap("streams", of: .address("a"), limit: 10)]
        let first = try caps.enter(mine)
        let second = try caps.enter(mine)
        let error = #expect(throws: DashError.self) { _ = try caps.enter(mine) }
        #expect(error?.code == .rateLimited)
        #expect(error?.message.contains("The team has 2 streams") == true)
        #expect(caps.count(of: "streams", .address("a")) == 2, "what was refused counts nowhere")
        first.leave()
        first.leave()
        #expect(caps.count(of: "streams", team) == 1)
        _ = try caps.enter(mine)
        withExtendedLifetime(second) {}
        #expect(caps.count(of: "streams", team) <= 1, "the last reference gives its place back")
    }

    @Test func workRunsOnThreadsOfItsOwnAndSeesItsCancellation() async throws {
        let threads = WorkThreads(count: 3)
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for index in 0..<500 { group.addTask { try await threads.run { index } } }
            return try await group.reduce(0, +)
        }
        #expect(sum == 499 * 500 / 2)
        let isSeen = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                let seen = try? await threads.run {
                    while !Task.isCancelled {}
                    return true
                }
                return seen ?? false
            }
            group.cancelAll()
            return await group.next()
        }
        #expect(isSeen == true)
    }
}

private final class Order: Sendable {
    private let list = Mutex<[String]>([])

    var names: [String] { list.withLock { $0 } }

    func add(_ name: String) { list.withLock { $0.append(name) } }
}

import TestSupport
import Testing

@testable import DashPostgres

@Suite("Pool: bookkeeping")
struct PoolStateTests {
    typealias State = PoolState<Int, Int>
    private let start = ContinuousClock.now

    private func state(connections: Int = 2, waiters: Int = 100) -> State {
        State(
            limits: State.Limits(
                connections: connections,
                queueTarget: .milliseconds(100),
                queueInterval: .milliseconds(50),
                longestWait: .milliseconds(200),
                waiters: waiters
            )
        )
    }

    private func after(_ milliseconds: Int) -> ContinuousClock.Instant { start + .milliseconds(milliseconds) }

    @Test("opens up to the limit, then lets wait, and hands on in order")
    func order() {
        var state = state()
        for connection in [1, 2] {
            #expect(state.request(nil, now: start) == .open)
            #expect(state.opened(connection, now: start) == true)
        }
        #expect(state.request(nil, now: start) == .wait)
        #expect(state.waiterCount == 0, "who only asks is not in the queue")
        #expect(state.request(10, now: start) == .wait)
        #expect(state.request(11, now: start) == .wait)
        #expect(state.giveBack(1, isUsable: true, now: after(1)) == .lend(to: 10))
        #expect(state.giveBack(2, isUsable: false, now: after(1)) == .closeAndOpen(for: 11))
        #expect(state.opened(3, now: after(2)) == true)
        #expect(state.giveBack(3, isUsable: true, now: after(3)) == .keep)
        #expect(state.request(nil, now: after(4)) == .lend(3))
        #expect(state.size == 2)
    }

    @Test("one who gave up is not served; one who was served can't give up")
    func giveUp() {
        var state = state(connections: 1)
        #expect(state.request(nil, now: start) == .open)
        _ = state.opened(1, now: start)
        #expect(state.request(10, now: start) == .wait)
        #expect(state.request(11, now: start) == .wait)
        #expect(state.giveUp(10) == true)
        #expect(state.giveUp(10) == false)
        #expect(state.giveBack(1, isUsable: true, now: start) == .lend(to: 11))
        #expect(state.giveUp(11) == false)
    }

    @Test("who waits too long is sent away, all at their time")
    func expiry() {
        var state = state(connections: 1)
        _ = state.request(nil, now: start)
        _ = state.opened(1, now: start)
        #expect(state.nextExpiry == nil)
        _ = state.request(10, now: start)
        _ = state.request(11, now: after(20))
        #expect(state.nextExpiry == after(200))
        #expect(state.expire(now: after(199)).isEmpty)
        #expect(state.expire(now: after(200)) == [10])
        #expect(state.nextExpiry == after(220))
        #expect(state.refusals == 1)
    }

    @Test("when every wait of an interval was too long newcomers are refused, until one is short again")
    func refusal() {
        var state = state(connections: 1)
        _ = state.request(nil, now: start)
        _ = state.opened(1, now: start)
        for waiter in 10..<14 { #expect(state.request(waiter, now: after(waiter)) == .wait) }
        // Each of these waited longer than the target, a whole interval long.
        for time in [115, 140, 170] { _ = state.giveBack(1, isUsable: true, now: after(time)) }
        #expect(state.isRefusing)
        #expect(state.request(20, now: after(171)) == .refuse(.overloaded(retryAfter: .seconds(1))))
        #expect(state.giveBack(1, isUsable: true, now: after(175)) == .lend(to: 13))
        #expect(state.giveBack(1, isUsable: true, now: after(180)) == .keep)
        #expect(state.request(nil, now: after(181)) == .lend(1), "what is idle is lent even then")
        #expect(!state.isRefusing)
        #expect(state.request(21, now: after(182)) == .wait)
    }

    @Test("a queue that stands still is refused to newcomers although nobody is served at all")
    func standing() {
        var state = state(connections: 1)
        _ = state.request(nil, now: start)
        _ = state.opened(1, now: start)
        #expect(state.request(10, now: start) == .wait)
        #expect(state.request(11, now: after(150)) == .wait)
        #expect(state.request(12, now: after(151)) == .refuse(.overloaded(retryAfter: .seconds(1))))
    }

    @Test("a server that is away is tried by one at a time, ever more seldom, and back at once when it is there")
    func backoff() {
        var state = state(connections: 2)
        #expect(state.request(nil, now: start) == .open)
        #expect(state.request(nil, now: start) == .open)
        #expect(state.request(10, now: start) == .wait)
        #expect(state.openFailed(now: start) == [])
        #expect(state.openFailed(now: start) == [10], "nobody is left who could serve it")
        guard case .refuse(.unreachable(let pause)) = state.request(nil, now: start) else {
            Issue.record("not refused")
            return
        }
        let next = start + pause
        #expect(state.request(nil, now: next) == .open)
        #expect(state.request(11, now: next) == .wait, "one tries")
        #expect(state.openFailed(now: next) == [11])
        guard case .refuse(.unreachable(let longer)) = state.request(nil, now: next) else {
            Issue.record("not refused")
            return
        }
        #expect(longer > pause)
        #expect(state.request(nil, now: next + longer) == .open)
        #expect(state.opened(1, now: next + longer) == true)
        #expect(state.request(nil, now: next + longer) == .open, "no backoff is left")
    }

    @Test("a server that only gives no more connections is served with those that are there")
    func fullServer() {
        var state = state(connections: 3)
        _ = state.request(nil, now: start)
        _ = state.opened(1, now: start)
        #expect(state.request(nil, now: start) == .open)
        #expect(state.openFailed(now: start) == nil)
        #expect(state.request(10, now: start) == .wait)
        #expect(state.giveBack(1, isUsable: true, now: start) == .lend(to: 10))
    }

    @Test("closing sends everybody away, and closes what comes back")
    func close() {
        var state = state(connections: 3)
        for connection in 1...2 {
            _ = state.request(nil, now: start)
            _ = state.opened(connection, now: start)
        }
        _ = state.request(nil, now: start)
        _ = state.request(10, now: start)
        _ = state.giveUp(10)
        _ = state.giveBack(2, isUsable: true, now: start)
        let (idle, waiting) = state.close()
        #expect(idle == [2] && waiting.isEmpty)
        #expect(state.request(11, now: start) == .refuse(.closed))
        #expect(state.opened(3, now: start) == false)
        #expect(state.giveBack(1, isUsable: true, now: start) == .close)
        #expect(state.size == 0)
    }

    @Test("whatever happens: never too many, each lent once, no waiter lost", arguments: 0..<200)
    func property(_ round: Int) {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        let limit = Int.random(in: 1...5, using: &random)
        var state = state(connections: limit, waiters: 20)
        var model = PoolModel(limit: limit)
        var now = start
        for _ in 0..<400 {
            now += .milliseconds(Int.random(in: 0...30, using: &random))
            model.step(&state, now: now, using: &random)
            if let fault = model.fault(of: state) {
                Issue.record("seed \(seed): \(fault)")
                return
            }
        }
        #expect(model.finish(&state, now: now) == nil, "seed \(seed)")
    }
}

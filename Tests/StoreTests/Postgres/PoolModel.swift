@testable import DashPostgres

/// What must be true of a pool, kept beside it event by event.
struct PoolModel {
    typealias State = PoolState<Int, Int>

    let limit: Int
    private var lent: Set<Int> = []
    private var opening = 0
    private var waiting: Set<Int> = []
    private var last = 0
    private var complaint: String?

    init(limit: Int) { self.limit = limit }

    mutating func step(
        _ state: inout State,
        now: ContinuousClock.Instant,
        using random: inout some RandomNumberGenerator
    ) {
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<4: ask(&state, now)
        case 4..<7:
            guard let connection = lent.randomElement(using: &random) else { return }
            give(connection, back: &state, isUsable: Int.random(in: 0..<5, using: &random) > 0, now)
        case 7: if opening > 0 { open(&state, works: Bool.random(using: &random), now) }
        case 8:
            guard let waiter = waiting.randomElement(using: &random) else { return }
            claim(state.giveUp(waiter), "waiter \(waiter) was lost")
            waiting.remove(waiter)
        default: for waiter in state.expire(now: now) { leave(waiter) }
        }
    }

    /// What is wrong, if anything is.
    func fault(of state: State) -> String? {
        if let complaint { return complaint }
        if state.size > limit { return "\(state.size) connections of \(limit)" }
        if state.lent != lent { return "lent are \(state.lent), not \(lent)" }
        if state.opening != opening { return "\(state.opening) are being opened, not \(opening)" }
        if state.waiterCount != waiting.count { return "\(state.waiterCount) wait, not \(waiting.count)" }
        if !Set(state.idle).isDisjoint(with: lent) { return "a connection is idle and lent" }
        if state.waiterCount > 0, !state.idle.isEmpty { return "somebody waits beside an idle connection" }
        if state.waiterCount > 0, lent.isEmpty, opening == 0 { return "somebody waits for nothing" }
        return nil
    }

    /// Everything is given back: nobody may be left waiting.
    mutating func finish(_ state: inout State, now: ContinuousClock.Instant) -> String? {
        while opening > 0 { open(&state, works: true, now) }
        while let connection = lent.first { give(connection, back: &state, isUsable: true, now) }
        return fault(of: state) ?? (waiting.isEmpty ? nil : "\(waiting.count) were never served")
    }

    private mutating func ask(_ state: inout State, _ now: ContinuousClock.Instant) {
        last += 1
        switch state.request(last, now: now) {
        case .lend(let connection): lend(connection)
        case .open: opening += 1
        case .wait: waiting.insert(last)
        case .refuse: break
        }
    }

    private mutating func give(
        _ connection: Int,
        back state: inout State,
        isUsable: Bool,
        _ now: ContinuousClock.Instant
    ) {
        lent.remove(connection)
        switch state.giveBack(connection, isUsable: isUsable, now: now) {
        case .keep: claim(isUsable, "a broken connection was kept")
        case .close: claim(!isUsable, "a good connection was closed")
        case .lend(let waiter):
            claim(isUsable, "a broken connection was lent")
            leave(waiter)
            lend(connection)
        case .closeAndOpen(let waiter):
            leave(waiter)
            opening += 1
        }
    }

    private mutating func open(_ state: inout State, works: Bool, _ now: ContinuousClock.Instant) {
        opening -= 1
        if works {
            last += 1
            claim(state.opened(last, now: now), "an open pool refused a connection")
            lend(last)
        } else {
            for waiter in state.openFailed(now: now) ?? [] { leave(waiter) }
        }
    }

    private mutating func lend(_ connection: Int) {
        claim(lent.insert(connection).inserted, "connection \(connection) was lent twice")
    }

    private mutating func leave(_ waiter: Int) {
        claim(waiting.remove(waiter) != nil, "waiter \(waiter) was answered twice")
    }

    private mutating func claim(_ isTrue: Bool, _ otherwise: String) {
        if !isTrue { complaint = complaint ?? otherwise }
    }
}

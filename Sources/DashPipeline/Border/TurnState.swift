/// Who works and who waits, as a state machine: it says who goes next and does nothing itself. A turn takes one slot or
/// several, never more than a share.
///
/// The turn goes to the party that has had least so far, and within a party to who came first. What a party has had is
/// counted from the others' level on when it comes, so that nobody saves up turns by being away.
package struct TurnState<Key: Hashable & Sendable>: Sendable {
    package typealias Ticket = UInt64
    package typealias Instant = ContinuousClock.Instant

    package enum Entry: Equatable {
        case go
        case wait(Ticket)
        /// Too many wait already: of this party, or all together.
        case refused(ofParty: Bool)
    }

    private struct Party {
        var held = 0
        /// What it has had, in the unit of the costs.
        var spent = 0
        var waiting: [(ticket: Ticket, cost: Int, slots: Int)] = []
    }

    private let limits: TurnLimits
    private var parties: [Key: Party] = [:]
    private var deadlines: [Ticket: (key: Key, time: Instant)] = [:]
    /// Tickets by age: all wait equally long.
    private var order: [Ticket] = []
    private var lastTicket: Ticket = 0
    /// What the party that was served last had had before.
    private var level = 0
    private(set) var held = 0

    package init(_ limits: TurnLimits) { self.limits = limits }

    var waitingCount: Int { deadlines.count }

    func isWaiting(_ ticket: Ticket) -> Bool { deadlines[ticket] != nil }

    /// Asks for a turn that takes so many slots; `cost` is a guess, to be set right at the end.
    package mutating func enter(_ key: Key, cost: Int, slots: Int = 1, now: Instant) -> Entry {
        var party = parties[key] ?? Party(spent: level)
        if party.waiting.isEmpty, fits(slots, party), held + slots <= limits.slots, !isAnyReady {
            start(&party, cost, slots)
            parties[key] = party
            return .go
        }
        if party.waiting.count >= limits.queueShare { return .refused(ofParty: true) }
        if waitingCount >= limits.queue { return .refused(ofParty: false) }
        lastTicket += 1
        if party.waiting.isEmpty { party.spent = max(party.spent, level) }
        party.waiting.append((lastTicket, cost, slots))
        parties[key] = party
        deadlines[lastTicket] = (key, now + limits.patience)
        order.append(lastTicket)
        return .wait(lastTicket)
    }

    /// A turn is over; returns the tickets whose turn it is now.
    package mutating func leave(_ key: Key, guessed: Int, cost: Int, slots: Int = 1) -> [Ticket] {
        held -= slots
        if var party = parties[key] {
            party.held -= slots
            party.spent += cost - guessed
            parties[key] = party
        }
        return next()
    }

    /// Somebody does not want to wait any more; false when its turn has come already.
    package mutating func giveUp(_ ticket: Ticket) -> Bool {
        guard let key = deadlines.removeValue(forKey: ticket)?.key else { return false }
        parties[key]?.waiting.removeAll { $0.ticket == ticket }
        return true
    }

    /// Those who have waited too long.
    mutating func expire(now: Instant) -> [Ticket] {
        var late: [Ticket] = []
        for ticket in order {
            guard let deadline = deadlines[ticket]?.time else { continue }
            guard deadline <= now else { break }
            late.append(ticket)
        }
        for ticket in late { _ = giveUp(ticket) }
        return late
    }

    /// When the next one will have waited too long.
    mutating func nextExpiry() -> Instant? {
        let gone = order.prefix { deadlines[$0] == nil }.count
        order.removeFirst(gone)
        return order.first.flatMap { deadlines[$0]?.time }
    }

    /// Whether the party's share has room for so much.
    private func fits(_ slots: Int, _ party: Party) -> Bool { party.held + slots <= limits.share }

    /// Whether somebody waits for nothing but the room that others hold: who comes later and wants less must not take it.
    private var isAnyReady: Bool { !deadlines.isEmpty && parties.contains { isReady($0.value) } }

    private func isReady(_ party: Party) -> Bool { party.waiting.first.map { fits($0.slots, party) } ?? false }

    private mutating func next() -> [Ticket] {
        var tickets: [Ticket] = []
        while true {
            let ready = parties.filter { isReady($0.value) }
            guard
                let (key, _) = ready.min(by: { left, right in
                    let (left, right) = (left.value, right.value)
                    return (left.spent, left.waiting[0].ticket) < (right.spent, right.waiting[0].ticket)
                }), var party = parties[key], held + party.waiting[0].slots <= limits.slots
            else { break }
            let first = party.waiting.removeFirst()
            level = max(level, party.spent)
            start(&party, first.cost, first.slots)
            parties[key] = party
            deadlines[first.ticket] = nil
            tickets.append(first.ticket)
        }
        // Who neither works nor waits is remembered only while it has had more than others.
        parties = parties.filter { $0.value.held > 0 || !$0.value.waiting.isEmpty || $0.value.spent > level }
        if held == 0, waitingCount == 0 { parties = [:] }
        return tickets
    }

    private mutating func start(_ party: inout Party, _ cost: Int, _ slots: Int) {
        party.held += slots
        party.spent = max(party.spent, 0) + cost
        held += slots
    }
}

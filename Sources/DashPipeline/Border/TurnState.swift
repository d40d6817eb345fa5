/// Who works and who waits, as a state machine: it says who goes next and does nothing itself. A turn takes one slot or
/// several, never more than a share.
///
/// The turn goes to the party that has had least so far, and within a party to who came first. What a party has had is
/// counted from the others' level on when it comes, so that nobody saves up turns by being away. Parties of one group have
/// their turns as one, so that who comes as many gains nothing by it. Where places to wait run out, whoever has most gives
/// its last one to who has less: a crowd fills no queue but its own.
package struct TurnState<Key: Hashable & Sendable>: Sendable {
    package typealias Ticket = UInt64
    package typealias Instant = ContinuousClock.Instant

    package enum Entry: Equatable {
        case go
        case wait(Ticket)
        /// It waits in the place of another, which is to be refused.
        case waitInstead(Ticket, of: Ticket)
        /// Too many wait already: of this party or its group, or all together.
        case refused(ofParty: Bool)
    }

    private enum Place {
        case free
        case taken(from: Ticket)
        case none(ofParty: Bool)
    }

    private let limits: TurnLimits
    private var groups: [Key: TurnGroup<Key>] = [:]
    private var deadlines: [Ticket: (group: Key, key: Key, time: Instant)] = [:]
    /// Tickets by age: all wait equally long.
    private var order: [Ticket] = []
    private var lastTicket: Ticket = 0
    /// What the group that was served last had had before.
    private var level = 0
    private(set) var held = 0

    package init(_ limits: TurnLimits) { self.limits = limits }

    var waitingCount: Int { deadlines.count }

    func isWaiting(_ ticket: Ticket) -> Bool { deadlines[ticket] != nil }

    /// Asks for a turn that takes so many slots; `cost` is a guess, to be set right at the end. Without a group the party is
    /// one of its own.
    package mutating func enter(
        _ key: Key,
        of group: Key? = nil,
        cost: Int,
        slots: Int = 1,
        now: Instant
    ) -> Entry {
        let groupKey = group ?? key
        var group = groups[groupKey] ?? TurnGroup(spent: level)
        if group.isFree(key, for: slots, share: limits.share), held + slots <= limits.slots, !isAnyReady {
            group.start(key, cost: cost, slots: slots)
            groups[groupKey] = group
            held += slots
            return .go
        }
        let place = place(for: key, in: group)
        if case .none(let ofParty) = place { return .refused(ofParty: ofParty) }
        if case .taken(let other) = place {
            _ = giveUp(other)
            // It may have been one of the group's own.
            group = groups[groupKey] ?? group
        }
        lastTicket += 1
        if group.waitingCount == 0 { group.spent = max(group.spent, level) }
        group.wait(key, TurnGroup.Waiting(ticket: lastTicket, cost: cost, slots: slots))
        groups[groupKey] = group
        deadlines[lastTicket] = (groupKey, key, now + limits.patience)
        order.append(lastTicket)
        if case .taken(let other) = place { return .waitInstead(lastTicket, of: other) }
        return .wait(lastTicket)
    }

    private func place(for key: Key, in group: TurnGroup<Key>) -> Place {
        let own = group.waitingCount(of: key)
        if own >= limits.queueShare { return .none(ofParty: true) }
        if group.waitingCount >= limits.groupShare {
            return group.surplus(over: own).map { .taken(from: $0) } ?? .none(ofParty: true)
        }
        guard waitingCount >= limits.queue else { return .free }
        let most = groups.values.filter { $0.waitingCount > group.waitingCount + 1 }
            .max { $0.waitingCount < $1.waitingCount }
        // A group with one place less than it had is still no smaller than this one with one more.
        let other = most.flatMap { $0.surplus(over: -1) } ?? group.surplus(over: own)
        return other.map { .taken(from: $0) } ?? .none(ofParty: false)
    }

    /// A turn is over; returns the tickets whose turn it is now.
    package mutating func leave(
        _ key: Key,
        of group: Key? = nil,
        guessed: Int,
        cost: Int,
        slots: Int = 1
    ) -> [Ticket] {
        held -= slots
        groups[group ?? key]?.end(key, correction: cost - guessed, slots: slots)
        return next()
    }

    /// Somebody does not want to wait any more; false when its turn has come already.
    package mutating func giveUp(_ ticket: Ticket) -> Bool {
        guard let waiting = deadlines.removeValue(forKey: ticket) else { return false }
        groups[waiting.group]?.giveUp(ticket, waiting.key)
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

    /// Whether somebody waits for nothing but the room that others hold: who comes later and wants less must not take it.
    private var isAnyReady: Bool { !deadlines.isEmpty && first() != nil }

    private mutating func next() -> [Ticket] {
        var tickets: [Ticket] = []
        while let (groupKey, key, first) = first(), held + first.slots <= limits.slots {
            level = max(level, groups[groupKey]?.spent ?? 0)
            groups[groupKey]?.startFirst(key)
            held += first.slots
            deadlines[first.ticket] = nil
            tickets.append(first.ticket)
        }
        // Who neither works nor waits is remembered only while it has had more than others.
        groups = groups.filter { $0.value.held > 0 || $0.value.waitingCount > 0 || $0.value.spent > level }
        if held == 0, waitingCount == 0 { groups = [:] }
        return tickets
    }

    private func first() -> (group: Key, key: Key, waiting: TurnGroup<Key>.Waiting)? {
        var best: (group: Key, key: Key, waiting: TurnGroup<Key>.Waiting)?
        var least = (spent: Int.max, ticket: Ticket.max)
        for (groupKey, group) in groups where group.waitingCount > 0 {
            guard let (key, waiting) = group.next(share: limits.share),
                (group.spent, waiting.ticket) < least
            else { continue }
            least = (group.spent, waiting.ticket)
            best = (groupKey, key, waiting)
        }
        return best
    }
}

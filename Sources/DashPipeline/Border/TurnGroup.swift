/// Parties that have turns as one, such as the addresses of a network: what they have had together, and who of them goes
/// next.
struct TurnGroup<Key: Hashable & Sendable>: Sendable {
    struct Waiting {
        var ticket: UInt64
        var cost: Int
        var slots: Int
    }

    struct Party {
        /// Slots.
        var held = 0
        /// What it has had, in the unit of the costs.
        var spent = 0
        var waiting: [Waiting] = []

        func fits(_ slots: Int, share: Int) -> Bool { held + slots <= share }
    }

    private(set) var parties: [Key: Party] = [:]
    /// What all of them have had.
    var spent: Int
    /// What the party that was served last had had before.
    private var level = 0
    private(set) var held = 0
    private(set) var waitingCount = 0

    init(spent: Int) { self.spent = spent }

    func waitingCount(of key: Key) -> Int { parties[key]?.waiting.count ?? 0 }

    /// Whether so much more of the party's may go without waiting, as far as its share is concerned.
    func isFree(_ key: Key, for slots: Int, share: Int) -> Bool {
        let party = parties[key] ?? Party()
        return party.waiting.isEmpty && party.fits(slots, share: share)
    }

    mutating func wait(_ key: Key, _ waiting: Waiting) {
        var party = parties[key] ?? Party(spent: level)
        if party.waiting.isEmpty { party.spent = max(party.spent, level) }
        party.waiting.append(waiting)
        parties[key] = party
        waitingCount += 1
    }

    mutating func giveUp(_ ticket: UInt64, _ key: Key) {
        guard let index = parties[key]?.waiting.firstIndex(where: { $0.ticket == ticket }) else { return }
        parties[key]?.waiting.remove(at: index)
        waitingCount -= 1
    }

    /// Who of those that wait goes next; nil while the share of each has no room for its first.
    func next(share: Int) -> (key: Key, waiting: Waiting)? {
        var best: (key: Key, waiting: Waiting)?
        var least = (spent: Int.max, ticket: UInt64.max)
        for (key, party) in parties {
            guard let first = party.waiting.first, party.fits(first.slots, share: share),
                (party.spent, first.ticket) < least
            else { continue }
            least = (party.spent, first.ticket)
            best = (key, first)
        }
        return best
    }

    /// Lets the first of a party's that waits go.
    mutating func startFirst(_ key: Key) {
        guard var party = parties[key], !party.waiting.isEmpty else { return }
        let first = party.waiting.removeFirst()
        waitingCount -= 1
        level = max(level, party.spent)
        parties[key] = party
        start(key, cost: first.cost, slots: first.slots)
        forget()
    }

    mutating func start(_ key: Key, cost: Int, slots: Int) {
        var party = parties[key] ?? Party(spent: level)
        party.held += slots
        party.spent = max(party.spent, 0) + cost
        parties[key] = party
        held += slots
        spent = max(spent, 0) + cost
    }

    /// A turn is over that was guessed wrong by so much.
    mutating func end(_ key: Key, correction: Int, slots: Int) {
        guard parties[key] != nil else { return }
        parties[key]?.held -= slots
        parties[key]?.spent += correction
        held -= slots
        spent += correction
        forget()
    }

    /// The ticket that came last of the party with most, when that party has at least two more than `count`.
    func surplus(over count: Int) -> UInt64? {
        let most = parties.values.filter { $0.waiting.count > count + 1 }
            .max { ($0.waiting.count, $0.waiting.last?.ticket ?? 0) < ($1.waiting.count, $1.waiting.last?.ticket ?? 0) }
        return most?.waiting.last?.ticket
    }

    /// Who neither works nor waits is remembered only while it has had more than others.
    private mutating func forget() {
        guard parties.count > 1 else { return }
        parties = parties.filter { $0.value.held > 0 || !$0.value.waiting.isEmpty || $0.value.spent > level }
    }
}

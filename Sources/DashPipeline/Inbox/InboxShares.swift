import FoundationEssentials

/// What each team has waiting in the inbox, and what it has had of the saving transactions. Counted are bytes, with a little
/// for each row; a team that comes starts at the others' level, so that nobody saves up turns by being away.
struct InboxShares {
    typealias Instant = ContinuousClock.Instant

    private struct Share {
        var parts = 0
        var rows = 0
        var bytes = 0
        var spent = 0
    }

    private var shares: [UUID: Share] = [:]
    private var level = 0
    private(set) var waitingTeams = 0
    private var lastTeam: UUID?
    private var sharedUntil: Instant?

    /// A row costs its bytes and so many.
    private static let rowCost = 128
    /// What a team's part in a transaction costs at least: each waits for the disk.
    private static let turnCost = 16 << 10
    /// So long after two teams were seen, the inbox counts as shared.
    private static let memory = Duration.seconds(5)

    func rows(of team: UUID) -> Int { shares[team]?.rows ?? 0 }
    func bytes(of team: UUID) -> Int { shares[team]?.bytes ?? 0 }

    /// Whether others than this team wait.
    func othersWait(beside team: UUID) -> Bool { waitingTeams > ((shares[team]?.parts ?? 0) > 0 ? 1 : 0) }

    /// Whether more than one team has been here lately.
    func isShared(_ now: Instant) -> Bool { waitingTeams > 1 || sharedUntil.map { now < $0 } ?? false }

    mutating func add(_ part: CommitPart, now: Instant) {
        let team = part.pipeline.team
        if team != lastTeam {
            if lastTeam != nil { sharedUntil = now + Self.memory }
            lastTeam = team
        }
        var share = shares[team] ?? Share(spent: level)
        if share.parts == 0 {
            waitingTeams += 1
            share.spent = max(share.spent, level)
        }
        share.parts += 1
        share.rows += part.rowCount
        share.bytes += part.byteCount
        shares[team] = share
    }

    /// The part does not wait any more.
    mutating func remove(_ part: CommitPart) {
        let team = part.pipeline.team
        guard var share = shares[team] else { return }
        share.parts -= 1
        share.rows -= part.rowCount
        share.bytes -= part.byteCount
        if share.parts == 0 { waitingTeams -= 1 }
        shares[team] = share.parts == 0 && share.spent <= level ? nil : share
    }

    /// A transaction takes these.
    mutating func serve(_ parts: [WaitingPart]) {
        var costs: [UUID: Int] = [:]
        for entry in parts {
            costs[entry.part.pipeline.team, default: 0] += Self.cost(entry.part)
            remove(entry.part)
        }
        level = max(level, costs.keys.compactMap { shares[$0]?.spent }.min() ?? level)
        for (team, cost) in costs {
            shares[team, default: Share(spent: level)].spent += max(cost, Self.turnCost)
        }
        shares = shares.filter { $0.value.parts > 0 || $0.value.spent > level }
    }

    mutating func removeAll() {
        shares = [:]
        waitingTeams = 0
    }

    /// The parts in fair turns: always the next one of the team that has had least so far.
    func turns(of parts: [WaitingPart]) -> FairTurns {
        FairTurns(parts, spent: shares.mapValues(\.spent)) { Self.cost($0) }
    }

    private static func cost(_ part: CommitPart) -> Int { part.byteCount + part.rowCount * rowCost }
}

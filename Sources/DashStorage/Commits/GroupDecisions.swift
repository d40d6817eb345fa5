package import DashModel
package import FoundationEssentials

/// Decides what becomes of each part of a group before the first row is written, so that a part that may not be saved
/// leaves nothing behind.
package struct GroupDecisions<Facts: CommitFacts> {
    private let facts: Facts
    package private(set) var teams: [UUID: TeamStorage] = [:]
    private var owners: [UUID: UUID?] = [:]
    /// What was answered within this group.
    private var answers: [IdempotencyScope: CommitOutcome] = [:]
    package private(set) var shares: [UUID: PipelineShare] = [:]
    /// The pipelines in the order in which they came.
    package private(set) var order: [UUID] = []
    /// What the accepted parts settle, with the part's place in the group.
    private var settled: [(fence: Fence, part: Int)] = []
    private var settledRows: Set<UUID> = []

    package init(_ facts: Facts) { self.facts = facts }

    /// Outcomes by part; those of accepted parts are stand-ins until their ids are known.
    package mutating func decide(_ group: [BatchCommit]) throws -> [CommitOutcome] {
        try group.indices.map { index in
            let decision = try decide(group[index], at: index)
            if decision == .accepted { shares[group[index].batch.pipeline]?.parts.append(index) }
            return decision.outcome
        }
    }

    /// Repeats first (they end the job that brought them), then the fences, then the storage limit; only a part that
    /// passes them all settles its job and its upstream delivery.
    private mutating func decide(_ part: BatchCommit, at index: Int) throws -> PartDecision {
        let pipeline = part.batch.pipeline
        // A pipeline that was deleted meanwhile has nobody left to write for.
        guard let team = try owner(of: pipeline), try holdsFences(part) else { return .answered(.fenced) }
        if shares[pipeline] == nil {
            shares[pipeline] = PipelineShare(pipeline: pipeline, team: team)
            order.append(pipeline)
        }
        if let answer = try answer(to: part) {
            if case .overlapping = answer { return .answered(answer) }
            count(part, as: .duplicates)
            settle(part, at: index)
            return .answered(answer)
        }
        let bytes = part.persists ? Int64(part.batch.records.bytes.count) : 0
        guard try storage(of: team).hasRoom(for: bytes) else {
            // What is replayed stays in the quarantine.
            if part.settles.replay == nil { count(part, as: .droppedStorageLimit) }
            return .answered(.overStorageLimit)
        }
        settle(part, at: index)
        teams[team]?.added += bytes
        var ledger = part.ledger
        ledger[part.persists ? .stored : .memoryOnly] += Int64(part.batch.records.count)
        ledger[.bytesStored] += bytes
        shares[pipeline]?.ledger += ledger
        for request in part.settles.requests {
            answers[IdempotencyScope(pipeline: pipeline, key: request.key)] = .repeated(
                accepted: request.accepted,
                quarantined: request.quarantined,
                duplicates: request.duplicates
            )
        }
        return .accepted
    }

    /// What a part is answered whose requests were all seen before, or some of them; nil when it is new.
    private func answer(to part: BatchCommit) throws -> CommitOutcome? {
        var sum = (accepted: 0, quarantined: 0, duplicates: 0)
        var seen: [String] = []
        for request in part.settles.requests {
            let scope = IdempotencyScope(pipeline: part.batch.pipeline, key: request.key)
            guard
                case .repeated(let accepted, let quarantined, let duplicates) = try answers[scope]
                    ?? facts.answer(to: scope)
            else { continue }
            seen.append(request.key)
            sum = (sum.accepted + accepted, sum.quarantined + quarantined, sum.duplicates + duplicates)
        }
        guard !seen.isEmpty else { return nil }
        guard seen.count == part.settles.requests.count else { return .overlapping(keys: seen) }
        return .repeated(accepted: sum.accepted, quarantined: sum.quarantined, duplicates: sum.duplicates)
    }

    /// Everything that was received has this one end.
    private mutating func count(_ part: BatchCommit, as entry: LedgerEntry) {
        shares[part.batch.pipeline]?.ledger +=
            ([
                .received: part.ledger[.received], .bytesReceived: part.ledger[.bytesReceived],
                entry: part.ledger[.received],
            ] as Ledger)
    }

    private mutating func owner(of pipeline: UUID) throws -> UUID? {
        if let known = owners[pipeline] { return known }
        let team = try facts.owner(of: pipeline)
        owners[pipeline] = .some(team)
        return team
    }

    private mutating func storage(of team: UUID) throws -> TeamStorage {
        if let known = teams[team] { return known }
        let storage = try facts.storage(of: team)
        teams[team] = storage
        return storage
    }

    private func holdsFences(_ part: BatchCommit) throws -> Bool {
        try part.settles.fences.allSatisfy { fence in
            try settledRows.isDisjoint(with: fence.rows) && facts.holds(fence, of: part.batch.pipeline)
        }
    }

    private mutating func settle(_ part: BatchCommit, at index: Int) {
        for fence in part.settles.fences {
            settled.append((fence, index))
            settledRows.formUnion(fence.rows)
        }
    }

    /// What ends or moves on with the transaction.
    package func settling(_ group: [BatchCommit], now: Timestamp) -> [SQLStatement] {
        settled.flatMap { $0.fence.settling(group[$0.part], now: now) }
    }
}

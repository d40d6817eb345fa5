import DashModel
import DashStorage
import FoundationEssentials

/// Parts that share a transaction, arranged by pipeline; plain parts of one pipeline share one `BatchCommit`.
struct CommitGroup {
    private(set) var commits: [BatchCommit] = []
    /// For each part: its commit and the offset of its first record in there.
    private var places: [(commit: Int, offset: Int64)] = []

    init(_ parts: ArraySlice<WaitingPart>, receivedAt: Timestamp, startedAt: ContinuousClock.Instant) {
        places.reserveCapacity(parts.count)
        var open: (pipeline: ObjectIdentifier, commit: Int, steps: StepTimes)?
        for entry in parts {
            let part = entry.part
            let steps = entry.steps(until: startedAt)
            if part.isPlain, let last = open, last.pipeline == ObjectIdentifier(part.pipeline) {
                places.append((last.commit, Int64(commits[last.commit].batch.records.count)))
                open?.steps += steps
                merge(part, into: last.commit)
                continue
            }
            close(&open)
            places.append((commits.count, 0))
            commits.append(Self.commit(part, steps, receivedAt: receivedAt))
            if part.isPlain {
                open = (ObjectIdentifier(part.pipeline), commits.count - 1, steps)
            }
        }
        close(&open)
    }

    /// The outcome of the part at `index`, given those of the commits.
    func outcome(of index: Int, in outcomes: [CommitOutcome]) -> CommitOutcome {
        let place = places[index]
        guard case .saved(let firstID) = outcomes[place.commit] else { return outcomes[place.commit] }
        return .saved(firstID: firstID + place.offset)
    }

    private mutating func merge(_ part: CommitPart, into index: Int) {
        commits[index].batch.records.append(part.records)
        commits[index].quarantined += part.quarantined
        commits[index].ledger += Self.ledger(part)
    }

    /// The merged steps are known only when the last part is in.
    private mutating func close(
        _ open: inout (pipeline: ObjectIdentifier, commit: Int, steps: StepTimes)?
    ) {
        if let last = open, case .minute(let trigger, let startedAt, _) = commits[last.commit].run {
            commits[last.commit].run = .minute(
                trigger: trigger,
                startedAt: startedAt,
                timings: last.steps.timings
            )
        }
        open = nil
    }

    private static func commit(_ part: CommitPart, _ steps: StepTimes, receivedAt: Timestamp) -> BatchCommit {
        let pipeline = part.pipeline
        let batch = RecordBatch(
            team: pipeline.team,
            pipeline: pipeline.id,
            receivedAt: receivedAt,
            records: part.records
        )
        var commit = BatchCommit(
            batch: batch,
            persists: pipeline.persists,
            run: run(part, steps, finishedAt: receivedAt)
        )
        commit.quarantined = part.quarantined
        commit.ledger = ledger(part)
        commit.lanes = pipeline.lanes
        commit.settles = part.settles
        return commit
    }

    private static func run(_ part: CommitPart, _ steps: StepTimes, finishedAt: Timestamp) -> RunChange {
        let trigger = part.trigger.rawValue
        return switch part.run {
        case .minute: .minute(trigger: trigger, startedAt: finishedAt, timings: steps.timings)
        case .ongoing(let id, let startedAt):
            .ongoing(id: id, trigger: trigger, startedAt: startedAt, timings: steps.timings)
        case .single(let id, let dueAt):
            .single(
                id: id,
                trigger: trigger,
                dueAt: dueAt,
                startedAt: part.startedAt,
                finishedAt: finishedAt,
                timings: steps.timings
            )
        }
    }

    private static func ledger(_ part: CommitPart) -> Ledger {
        // What is replayed was received before, and is not quarantined any more unless it is refused again.
        let replayed = part.settles.replay?.records.count ?? 0
        return
            ([
                .received: Int64(part.received - replayed),
                .quarantined: Int64(part.quarantined.count - replayed),
                .droppedFilter: Int64(part.filtered),
                .duplicates: Int64(part.duplicates),
                .bytesReceived: Int64(part.bytesReceived),
            ] as Ledger)
    }
}

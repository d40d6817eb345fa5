import DashModel
import DashStorage
import FoundationEssentials
import Logging

/// The way into the saving transaction: as many committing tasks as the store takes transactions at once. A pipeline
/// always goes to the same one, which keeps its records in order and its counters out of two transactions' way.
struct Inbox: Sendable {
    private let committers: [GroupCommitter]

    init(
        store: any RecordStore,
        limits: InboxLimits = InboxLimits(),
        clock: any WallClock,
        metrics: PipelineMetrics,
        logger: Logger
    ) {
        let limits = limits.shared(by: max(1, store.concurrentCommits))
        committers = (0..<max(1, store.concurrentCommits)).map { _ in
            GroupCommitter(store: store, limits: limits, clock: clock, metrics: metrics, logger: logger)
        }
    }

    /// Returns when the part's transaction is over.
    func submit(_ part: CommitPart) async throws -> CommitOutcome {
        guard committers.count > 1 else { return try await committers[0].submit(part) }
        // The last bytes of a UUIDv7 are random.
        let place = part.pipeline.id.bytes.suffix(2).reduce(0) { $0 << 8 | Int($1) } % committers.count
        return try await committers[place].submit(part)
    }

    /// The committing tasks; ends when they are drained.
    func run(conclude: @escaping @Sendable (CommittedGroup) async -> Void) async {
        await withTaskGroup { group in
            for committer in committers {
                // Every request waits for these few tasks: they must not queue behind theirs.
                group.addTask(priority: .high) { await committer.run(conclude: conclude) }
            }
        }
    }

    /// Takes nothing more; what waits is still committed.
    func drain() { for committer in committers { committer.drain() } }

    var depth: Int { committers.reduce(0) { $0 + $1.depth } }
}

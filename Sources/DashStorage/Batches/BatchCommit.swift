public import DashJSON
public import DashModel
public import FoundationEssentials

/// One pipeline's part of a saving transaction.
public struct BatchCommit: Sendable {
    /// A request, or one event of it, that may be repeated: the first is stored, the rest are answered as the first.
    public struct Idempotency: Sendable, Hashable {
        public var key: String
        /// What the first is answered, and with it all others.
        public var accepted: Int
        public var quarantined: Int
        public var duplicates: Int

        public init(key: String, accepted: Int, quarantined: Int = 0, duplicates: Int = 0) {
            self.key = key
            self.accepted = accepted
            self.quarantined = quarantined
            self.duplicates = duplicates
        }
    }

    /// Who gets the records next, each through deliveries of its own.
    public enum Lane: Sendable, Hashable {
        case sink(UUID)
        case pipeline(UUID)
    }

    /// Records of the quarantine that come through the mapping again: they leave it with this commit, which is refused as
    /// `.fenced` when one of them has left it already.
    public struct Replay: Sendable, Hashable {
        public var id: UUID
        /// In the order of their ids.
        public var records: [UUID]

        public init(id: UUID, records: [UUID]) {
            self.id = id
            self.records = records
        }
    }

    public var batch: RecordBatch
    /// False: no rows; lanes then carry the records themselves.
    public var persists: Bool
    public var quarantined: [QuarantinedRecord]
    /// What this part adds to the ledger, but for `stored`, `memory_only`, `bytes_stored` and
    /// `dropped_storage_limit`, which the store adds by what it did, and for the `duplicates` that a repeated request has.
    public var ledger: Ledger
    public var lanes: [Lane]
    /// A new source cursor for the pipeline.
    public var cursor: JSONValue?
    public var run: RunChange
    /// One for a request, or one for each of its events. The part is saved when none of them was seen before.
    public var idempotency: [Idempotency]
    /// The job that is done with this commit; the part is refused as `.fenced` when the lease was lost.
    public var job: JobLease?
    /// The upstream delivery that this part consumes; refused as `.fenced` when it was settled already.
    public var consumes: UUID?
    /// How far it brings an upload; refused as `.fenced` when the upload stands elsewhere, or was cancelled.
    public var upload: UploadStep?
    public var replay: Replay?

    public init(batch: RecordBatch, persists: Bool, run: RunChange) {
        self.batch = batch
        self.persists = persists
        self.run = run
        quarantined = []
        ledger = Ledger()
        lanes = []
        idempotency = []
    }
}

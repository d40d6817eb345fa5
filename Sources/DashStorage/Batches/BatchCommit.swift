public import DashModel
public import FoundationEssentials

/// One pipeline's part of a saving transaction.
public struct BatchCommit: Sendable {
    /// Who gets the records next, each through deliveries of its own.
    public enum Lane: Sendable, Hashable {
        case sink(UUID)
        case pipeline(UUID)
    }

    public var batch: RecordBatch
    /// False: no rows; lanes then carry the records themselves.
    public var persists: Bool
    public var quarantined: [QuarantinedRecord]
    /// What this part adds to the ledger, but for `stored`, `memory_only`, `bytes_stored` and
    /// `dropped_storage_limit`, which the store adds by what it did, and for the `duplicates` that a repeated request has.
    public var ledger: Ledger
    public var lanes: [Lane]
    public var run: RunChange
    /// What ends or moves on with it.
    public var settles = Settlement()

    public init(batch: RecordBatch, persists: Bool, run: RunChange) {
        self.batch = batch
        self.persists = persists
        self.run = run
        quarantined = []
        ledger = Ledger()
        lanes = []
    }
}

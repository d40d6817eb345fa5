public import DashModel

/// What became of a batch. A source record is mapped whole or refused whole, so the count always balances:
/// `received + surplus == records.count + filtered + duplicates + refused.count`.
public struct MappingOutput: Sendable, Hashable {
    /// The rule of records that no store takes.
    public static let storageRule = "storage"

    /// What became of one source record.
    public struct Fate: Sendable, Hashable {
        public var mapped: Int
        public var refused: Int
        public var duplicates: Int
    }

    /// Why a batch is given up.
    public enum Stop: Sendable, Hashable {
        /// Its records become more than so many bytes.
        case tooLarge(Int)
        /// The task was cancelled.
        case cancelled
    }

    /// Names that are repeated, texts that are cut up, elements that become records: what a batch may grow by, whatever its
    /// size.
    static let growth = 16 << 20

    /// How many bytes the records of so many may become.
    static func most(of bytes: Int) -> Int { growth + 6 * bytes }

    public var records: RecordBytes
    public var refused: [RefusedRecord]
    /// Records that a filter has dropped.
    public var filtered: Int
    /// Records that were dropped because they repeat another one.
    public var duplicates: Int
    /// Under which the keys of the batch are remembered, until it is settled with the memory.
    public var ticket: Int?
    /// The ticket of a batch that has some of the same keys and is not settled yet: this one must be mapped again then,
    /// and has nothing to be saved.
    public var undecided: Int?
    /// What became of each source record, when that was asked for.
    public var fates: [Fate] = []
    /// Set when the batch was given up: nothing of it is to be saved.
    public var stop: Stop?
    /// Source records.
    public var received: Int
    /// Source records that did not fit the schema, whatever became of them.
    public var misfits: Int
    /// The first of those that were not refused, compact.
    public var misfitSamples: [[UInt8]]
    /// Records beyond one for each mapped source record, made by `explode`.
    public var surplus: Int { records.count + filtered + duplicates + refused.count - received }

    public init(records: RecordBytes, refused: [RefusedRecord] = [], filtered: Int = 0, received: Int) {
        duplicates = 0
        misfits = 0
        misfitSamples = []
        self.records = records
        self.refused = refused
        self.filtered = filtered
        self.received = received
    }
}

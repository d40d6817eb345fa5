public import DashJSON
public import FoundationEssentials

/// What a commit settles beside its records. Whoever starts a journey says it and the engine does it; in between nobody
/// looks into it.
public struct Settlement: Sendable {
    /// A request, or one event of it, that may be repeated: the first is stored, the rest are answered as the first.
    public struct Request: Sendable, Hashable {
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

    /// Records of the quarantine that come through the mapping again: they leave it with this commit.
    public struct Replay: Sendable, Hashable {
        public var id: UUID
        /// In the order of their ids.
        public var records: [UUID]

        public init(id: UUID, records: [UUID]) {
            self.id = id
            self.records = records
        }
    }

    /// The job that is done with this commit, as long as its lease is held.
    public var job: JobLease?
    /// The upstream delivery that it consumes, as long as it is not settled.
    public var delivery: UUID?
    /// How far it brings an upload, as long as the upload stands where the step begins.
    public var upload: UploadStep?
    /// As long as all of its records are in the quarantine.
    public var replay: Replay?
    /// One for a request, or one for each of its events. The part is saved when none of them was seen before.
    public var requests: [Request] = []
    /// A new source cursor for the pipeline.
    public var cursor: JSONValue?

    public init() {}

    /// Whether anything must stand as it is expected.
    public var hasFence: Bool { job != nil || delivery != nil || upload != nil || replay != nil }

    /// Nothing but records: what several requests bring can be one commit.
    public var isEmpty: Bool { !hasFence && requests.isEmpty && cursor == nil }
}

/// Everything that an engine gives: what the rest of Dash knows of a database, part by part. Each part can be put elsewhere
/// without the others, as long as it does what its protocol says.
public struct Store: Sendable {
    public var resources: any ResourceStore
    /// The transactional truth: what was saved, settled and counted.
    public var commits: any CommitStore
    public var records: any RecordReader
    public var expiry: any RecordSweeper
    public var quarantine: any QuarantineStore
    public var deliveries: any DeliveryStore
    public var jobs: any JobStore
    public var dueTimes: any DueTimeStore
    /// The numbers that are summed up as they come.
    public var rollups: any RollupStore
    public var engine: any StoreEngine

    public init(
        resources: any ResourceStore,
        commits: any CommitStore,
        records: any RecordReader,
        expiry: any RecordSweeper,
        quarantine: any QuarantineStore,
        deliveries: any DeliveryStore,
        jobs: any JobStore,
        dueTimes: any DueTimeStore,
        rollups: any RollupStore,
        engine: any StoreEngine
    ) {
        self.resources = resources
        self.commits = commits
        self.records = records
        self.expiry = expiry
        self.quarantine = quarantine
        self.deliveries = deliveries
        self.jobs = jobs
        self.dueTimes = dueTimes
        self.rollups = rollups
        self.engine = engine
    }
}

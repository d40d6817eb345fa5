public import DashExchange
import DashJSON
public import DashJobs
import DashMapping
public import DashModel
public import DashStorage
public import FoundationEssentials
public import Logging
public import ServiceLifecycle

/// The pipelines of one node: composes the journey, the schedule and the lanes, and answers for them.
public final class PipelineEngine: Sendable {
    let store: Store
    let hotRecords: HotRecords
    let pubsub: any PubSub
    let components: Components
    let clock: any WallClock
    let catalog: PipelineCatalog
    let runner: PipelineRunner
    let scheduler: PollScheduler
    let states: PollStates
    let signals: JobSignals
    let lanes: DeliveryLanes
    let border: Border
    /// nil when the server has no object store.
    public let uploads: Uploads?

    private let leadership: any Leadership
    private let duties: [any Service]
    private let metrics: PipelineMetrics
    private let jobTiming: JobRunner.Timing
    private let registry: JobRegistry
    private let logger: Logger

    /// `jobs` adds handlers of other rooms to the default queue; `duties` are what else only one node has to do;
    /// `commitPatience` is how long a saving transaction may last before what it holds up is refused.
    public init(
        store: Store,
        cache: any Cache,
        pubsub: any PubSub,
        lease: any Lease,
        isStoreShared: Bool = false,
        components: Components,
        border: Border = Border(),
        clock: any WallClock = SystemClock(),
        metrics registry: MetricsRegistry = MetricsRegistry(),
        jobs: JobRegistry = JobRegistry(),
        signals: JobSignals = JobSignals(),
        leadership: any Leadership = SoleLeadership(),
        duties: [any Service] = [],
        deliveries: DeliveryPolicy = DeliveryPolicy(),
        objects: (any ObjectStore)? = nil,
        uploadLimits: UploadLimits = UploadLimits(),
        jobTiming: JobRunner.Timing = JobRunner.Timing(),
        commitPatience: Duration? = nil,
        logger: Logger
    ) {
        self.store = store
        let hotRecords = HotRecords(cache: cache, records: store.records, clock: clock, isStoreShared: isStoreShared)
        self.hotRecords = hotRecords
        self.pubsub = pubsub
        self.components = components
        self.border = border
        self.clock = clock
        self.signals = signals
        self.leadership = leadership
        self.duties = duties
        self.jobTiming = jobTiming
        self.logger = logger
        uploads = objects.map {
            Uploads(store: store, objects: $0, limits: uploadLimits, signals: signals, clock: clock, logger: logger)
        }
        let metrics = PipelineMetrics(registry)
        self.metrics = metrics
        let laneSignals = LaneSignals()
        var limits = InboxLimits()
        if let commitPatience { limits.patience = commitPatience }
        let committer = GroupCommitter(
            store: store.commits,
            limits: limits,
            clock: clock,
            metrics: metrics,
            logger: logger
        )
        registry.reading("dash_inbox_waiting", "Requests that wait for a transaction now.") { Double(committer.depth) }
        catalog = PipelineCatalog(store: store.resources, pubsub: pubsub, logger: logger)
        runner = PipelineRunner(
            committer: committer,
            border: border,
            hotRecords: hotRecords,
            pubsub: pubsub,
            lanes: laneSignals,
            limits: LaneLimits(store: store),
            schemas: SchemaSampler(store: store.jobs, signals: signals, clock: clock, logger: logger),
            metrics: metrics,
            logger: logger
        )
        let states = PollStates()
        self.states = states
        scheduler = PollScheduler(
            store: store,
            pubsub: pubsub,
            states: states,
            signals: signals,
            clock: clock,
            logger: logger
        )
        let worker = LaneWorker(
            store: store,
            targets: LaneTargets(store: store.resources, catalog: catalog, components: components),
            runner: runner,
            health: SinkHealth(store: store.resources, pubsub: pubsub),
            policy: deliveries,
            clock: clock,
            metrics: metrics,
            logger: logger,
            startedAt: clock.now
        )
        lanes = DeliveryLanes(worker: worker, signals: laneSignals, lease: lease, logger: logger)
        var jobs = jobs
        jobs.register(
            PollJob(
                store: store,
                catalog: catalog,
                components: components,
                runner: runner,
                states: states,
                signals: signals,
                health: PipelineHealth(store: store.resources, pubsub: pubsub),
                clock: clock,
                metrics: metrics
            )
        )
        jobs.register(ReplayJob(store: store, catalog: catalog, runner: runner, pubsub: pubsub, clock: clock))
        jobs.register(SchemaJob(store: store.resources, pubsub: pubsub, clock: clock))
        jobs.register(RollupReconcileJob(store: store, signals: signals, clock: clock))
        jobs.register(RollupFillJob(store: store))
        if let objects {
            let job = UploadJob(
                store: store.resources,
                objects: objects,
                limits: uploadLimits,
                catalog: catalog,
                runner: runner,
                clock: clock
            )
            jobs.register(job)
        }
        self.registry = jobs
    }

    /// What must run, dependencies first; a service group stops them in reverse, so that nothing taken is lost: no new
    /// polls, then no new deliveries, then the inbox is committed.
    public var services: [any Service] {
        [
            catalog,
            CommitService(runner: runner),
        ] + warming + [
            LeaderService(
                leadership: leadership,
                duties: [
                    RetentionService(store: store.expiry, clock: clock, logger: logger),
                    HistoryPruning(store: store, clock: clock, logger: logger),
                ] + uploadUpkeep + duties,
                logger: logger
            ),
            JobMaintenance(store: store.jobs, signals: signals, clock: clock, logger: logger),
            lanes,
            RollupStarter(store: store.jobs, signals: signals, clock: clock, logger: logger),
            jobRunner("default", concurrency: 4),
            jobRunner(RollupJobs.fillQueue, concurrency: 1),
            jobRunner(PollJob.queue, concurrency: 64),
            jobRunner(UploadParameters.queue, concurrency: 2),
            scheduler,
        ]
    }

    /// Takes over a change of a row before whoever made it goes on, without waiting for the event of it.
    public func take(changeOf resource: String, in team: UUID?) { catalog.take(changeOf: resource, in: team) }

    /// Takes no more records; what was taken is still committed.
    public func drain() { runner.committer.drain() }

    /// A cache that nobody asks for stored records needs none at start.
    private var warming: [any Service] {
        hotRecords.cachesStored ? [CacheWarmer(store: store, hotRecords: hotRecords, logger: logger)] : []
    }

    private var uploadUpkeep: [any Service] {
        guard let uploads else { return [] }
        return [
            UploadUpkeep(
                store: store.resources,
                objects: uploads.objects,
                limits: uploads.limits,
                clock: clock,
                logger: logger
            )
        ]
    }

    private func jobRunner(_ queue: String, concurrency: Int) -> JobRunner {
        let metrics = metrics
        return JobRunner(
            queue: queue,
            store: store.jobs,
            registry: registry,
            concurrency: concurrency,
            signals: signals,
            timing: jobTiming,
            clock: clock,
            logger: logger,
            observe: { metrics.observe($0) }
        )
    }
}

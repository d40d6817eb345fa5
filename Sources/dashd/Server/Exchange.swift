import DashExchange
import DashModel
import DashPipeline
import DashPostgres
import DashSQLite
import Logging
import ServiceLifecycle

/// What nodes share, and what only one of them does: the one place that tells the ways apart. Which it is follows from the
/// engine, whose server nodes of one installation have in common anyway.
struct Exchange: Sendable {
    let cache: any Cache
    let pubsub: any PubSub
    let lease: any Lease
    let leadership: any Leadership
    /// Queues that got jobs from other nodes.
    let jobQueues: AsyncStream<String?>?
    /// What must run for it, behind the engine and ahead of everything that uses it.
    let services: [any Service]

    init(_ engine: Engine, clock: any WallClock) {
        let logger = Logger(label: "dash.exchange")
        cache = MemoryCache()
        switch engine.opened {
        case .sqlite(let sqlite):
            let pubsub = MemoryPubSub()
            self.pubsub = pubsub
            lease = MemoryLease(clock: clock)
            leadership = SoleLeadership()
            jobQueues = nil
            services = [OutsideChanges(pubsub: pubsub, logger: logger) { try await sqlite.outsideCommits() }]
        case .postgres(let postgres, let url):
            let notices = PostgresNotices(url: url, logger: logger)
            let pubsub = PostgresPubSub(engine: postgres, notices: notices, logger: logger)
            self.pubsub = pubsub
            lease = PostgresLease(engine: postgres)
            leadership = PostgresLeadership(url: url, logger: logger)
            jobQueues = notices.jobQueues()
            services = [notices, pubsub]
        }
    }
}

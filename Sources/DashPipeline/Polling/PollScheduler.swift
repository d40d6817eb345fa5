package import DashExchange
import DashJSON
package import DashJobs
package import DashModel
package import DashStorage
import FoundationEssentials
package import Logging
import ServiceLifecycle
import Synchronization

/// Sets polling pipelines off: one heap and one driver for all of them, on absolute deadlines. Each due time is
/// recorded with its job in one transaction before anything runs, so two nodes never run the same one.
package final class PollScheduler: Service {
    private static let pageSize = 500
    /// Due times of one transaction.
    private static let batchSize = 64
    /// Transactions at once.
    private static let writers = 4
    private static let longestSleep = Duration.seconds(30)
    /// A sleep this short is not worth being woken from for a change.
    private static let nap = Duration.milliseconds(20)
    /// How often due times are looked for that nobody will settle any more, and how old they are then at least.
    private static let sweeping = Duration.seconds(60)

    private let store: Store
    private let changes: Subscription
    private let states: PollStates
    private let signals: JobSignals
    private let clock: any WallClock
    private let logger: Logger
    private let plan = Mutex(PollPlan())
    private let signal = WakeSignal()

    package init(
        store: Store,
        pubsub: any PubSub,
        states: PollStates,
        signals: JobSignals,
        clock: any WallClock,
        logger: Logger
    ) {
        self.store = store
        self.states = states
        self.signals = signals
        self.clock = clock
        self.logger = logger
        changes = pubsub.subscribe(to: [.resources], buffering: 1_000)
    }

    package func run() async throws {
        let changes = changes
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.follow(changes) }
                group.addTask {
                    await Upkeep(interval: Self.sweeping, failure: "settling due times failed", logger: self.logger)
                        .run { try await self.settleAbandoned(before: self.clock.now - Self.sweeping) }
                }
                await self.retrying("loading the polling pipelines") { try await self.loadAll() }
                await self.drive()
                group.cancelAll()
            }
        }
    }

    /// How many pipelines are planned.
    package var count: Int { plan.withLock(\.count) }

    private func drive() async {
        var pace = RecordingPace()
        while !Task.isCancelled {
            let now = clock.now
            let (due, next) = takeDue(now, ahead: pace.ahead)
            if !due.isEmpty {
                let started = ContinuousClock.now
                await retrying("recording due times") { try await self.record(due) }
                pace.note(.now - started)
            }
            let rest = now + RecordingPace.interval - clock.now
            let sleep = next.map { max($0 - pace.usual - clock.now, rest) } ?? Self.longestSleep
            if sleep > Self.nap {
                await signal.wait(for: min(sleep, Self.longestSleep))
            } else {
                // Cancellation ends the loop above.
                try? await Task.sleep(for: sleep)
            }
        }
    }

    /// Gives due times their reason for which nothing stands any more, as of a node that was killed between saving a run
    /// and settling the due times that came meanwhile. Every node may do it.
    package func settleAbandoned(before end: Timestamp) async throws {
        var last: UUID?
        repeat {
            let pipelines = try await store.dueTimes.open(before: end, after: last, limit: Self.pageSize)
            for pipeline in pipelines {
                // Of a pipeline that runs every due time, each has its own job, which settles it.
                guard let row = try await store.resources.fetch(Resources.pipelines, id: pipeline, in: .system),
                    row.string("misfire_policy") != MisfirePolicy.all.rawValue
                else { continue }
                try await store.dueTimes.settleAbandoned(
                    of: pipeline,
                    jobKey: PollParameters.key(of: pipeline),
                    until: end,
                    as: .skipped(reason: "missed while no node could run it")
                )
            }
            last = pipelines.last
        } while last != nil
    }

    /// What is due now, in batches, and the soonest due time after it.
    private func takeDue(_ now: Timestamp, ahead: Duration) -> (batches: [[DueTime]], next: Timestamp?) {
        plan.withLock { plan in
            var batches: [[DueTime]] = []
            while batches.last.map({ $0.count >= Self.batchSize }) ?? true {
                let batch = plan.takeDue(now, ahead: ahead, limit: Self.batchSize) {
                    states.hindrance(of: $0, now: now)
                }
                guard !batch.isEmpty else { break }
                batches.append(batch)
            }
            return (batches, plan.nextDue())
        }
    }

    /// In some transactions at once: what came late already must not be later by the time of all others.
    private func record(_ batches: [[DueTime]]) async throws {
        let now = clock.now
        if batches.count == 1 {
            _ = try await store.dueTimes.record(batches[0], now: now)
        } else {
            let store = store
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, batch) in batches.enumerated() {
                    if index >= Self.writers { try await group.next() }
                    group.addTask { _ = try await store.dueTimes.record(batch, now: now) }
                }
                try await group.waitForAll()
            }
        }
        if batches.contains(where: { $0.contains { $0.job != nil } }) { signals[PollJob.queue].wake() }
    }

    private func follow(_ changes: Subscription) async {
        for await element in changes {
            switch element {
            case .lagged: await retrying("loading the polling pipelines") { try await self.loadAll() }
            case .event(.changed("pipelines", let id, _, _)):
                await retrying("loading a pipeline") { try await self.load(id) }
            case .event: break
            }
            signal.wake()
        }
    }

    private func loadAll() async throws {
        var query = ResourceQuery(filters: [.init("type", .eq, "polling")], limit: Self.pageSize)
        while true {
            let page = try await store.resources.list(Resources.pipelines, query, in: .system)
            for row in page.rows { try await take(row) }
            guard let next = page.next else { return }
            query.after = next
        }
    }

    private func load(_ id: UUID) async throws {
        if let row = try await store.resources.fetch(Resources.pipelines, id: id, in: .system) {
            try await take(row)
        } else {
            plan.withLock { $0.remove(id) }
        }
    }

    /// Plans a pipeline as its row has it. Due times that passed since the last recorded one were missed; those before
    /// a pipeline was resumed or its schedule changed were not due.
    private func take(_ row: ResourceRow) async throws {
        guard row.string("type") == "polling", row.string("status") != "paused", let team = row.uuid("team_id"),
            let schedule = PollSchedule(row: row)
        else {
            plan.withLock { $0.remove(row.id) }
            if row.string("type") == "polling" { _ = try await lastDue(of: row) }
            return
        }
        let misfire = row.string("misfire_policy").flatMap(MisfirePolicy.init(rawValue:)) ?? .latest
        let item = PollPlan.Item(team: team, schedule: schedule, misfire: misfire, source: row["source_config"])
        let known = plan.withLock { $0.item(row.id) }
        guard known != item else { return }
        states.rest(row.id, until: nil)
        let now = clock.now
        let base: Timestamp
        if let changedAt = row.timestamp("updated_at"), known != nil {
            base = max(changedAt, now)
        } else if let last = try await lastDue(of: row) {
            base = isResumed(row) ? max(last.dueAt, row.timestamp("updated_at") ?? now) : last.dueAt
        } else {
            base = (row.timestamp("inserted_at") ?? now) - .microseconds(1)
        }
        let next = plan.withLock { $0.set(row.id, item, after: base) }
        // A time that has come is written with its due time; one further off is shown until then.
        guard let next, next > now, row.timestamp("next_run_at") != next else { return }
        let change = ResourceRow(id: row.id, values: ["next_run_at": .string(next.text)])
        try await store.resources.apply([.update(Resources.pipelines, change)], in: .system)
    }

    /// A pipeline's newest due time. A node that died may have left some that no job stands for any more; they get their
    /// reason here.
    private func lastDue(of row: ResourceRow) async throws -> DueTime? {
        let newest = try await store.dueTimes.newest(of: row.id, limit: PollPlan.maxRecorded)
        if newest.contains(where: { $0.state == .due }), row.string("misfire_policy") != MisfirePolicy.all.rawValue {
            try await store.dueTimes.settleOvertaken(
                of: row.id,
                jobKey: PollParameters.key(of: row.id),
                until: clock.now,
                as: .skipped(reason: "missed while no node could run it")
            )
        }
        return newest.first
    }

    /// Whether the row was written within this moment: a resumed pipeline does not catch up on its pause.
    private func isResumed(_ row: ResourceRow) -> Bool {
        guard let changedAt = row.timestamp("updated_at") else { return false }
        return clock.now - changedAt < .seconds(5)
    }

    /// Until it works: nothing that is due may get lost for an error of the store.
    private func retrying(_ what: String, _ body: () async throws -> Void) async {
        let backoff = Backoff(base: .milliseconds(200), cap: .seconds(10))
        var attempt = 0
        while !Task.isCancelled {
            do {
                return try await body()
            } catch is CancellationError {
                return
            } catch {
                attempt += 1
                logger.error("\(what) failed", metadata: ["error": "\(String(reflecting: error))"])
                // Cancellation ends the loop above.
                try? await Task.sleep(for: backoff.delay(after: attempt))
            }
        }
    }
}

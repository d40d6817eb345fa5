import DashJSON
import DashJobs
import DashModel
import DashSQLite
import DashStorage
import Foundation
import Logging
import ServiceLifecycle

/// A queue on a real store in a folder of its own.
struct JobHarness {
    let store: Store
    let signals = JobSignals()

    /// Leases that no busy machine loses, and time enough for jobs to end; tests of leases move their time themselves.
    static let quick = JobRunner.Timing(
        lease: .seconds(600),
        heartbeat: .milliseconds(100),
        poll: .milliseconds(30),
        grace: .seconds(120)
    )

    static func run(_ body: (JobHarness) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dash-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try await SQLiteEngine(
            path: folder.appending(path: "dash.sqlite").path,
            sealer: PlainSealer(),
            logger: silent
        ).store
        try await store.engine.migrate()
        do {
            try await body(JobHarness(store: store))
        } catch {
            try await store.engine.close()
            throw error
        }
        try await store.engine.close()
    }

    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    func runner(
        _ handlers: [Recorder],
        concurrency: Int = 4,
        timing: JobRunner.Timing = quick,
        backoff: Backoff = Backoff(base: .milliseconds(10), cap: .milliseconds(50)),
        clock: any WallClock = SystemClock(),
        beats: any Clock<Duration> = ContinuousClock()
    ) -> JobRunner {
        var registry = JobRegistry()
        for handler in handlers { registry.register(handler) }
        return JobRunner(
            queue: "default",
            store: store.jobs,
            registry: registry,
            concurrency: concurrency,
            signals: signals,
            timing: timing,
            backoff: backoff,
            clock: clock,
            beats: beats,
            logger: Self.silent
        )
    }

    /// Runs services until `body` ends, then stops them gracefully.
    func running(_ services: [any Service], _ body: () async throws -> Void) async throws {
        let group = ServiceGroup(services: services, logger: Self.silent)
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            do {
                try await body()
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    @discardableResult
    func enqueue(_ jobs: NewJob...) async throws -> [UUID] {
        let ids = try await store.jobs.enqueue(jobs, now: SystemClock().now)
        signals["default"].wake()
        return ids
    }

    func state(_ job: UUID) async throws -> String? {
        try await store.resources.fetch(Resources.jobs, id: job, in: .system)?.string("state")
    }

    func leaseEnd(_ job: UUID) async throws -> Timestamp? {
        try await store.resources.fetch(Resources.jobs, id: job, in: .system)?.timestamp("lease_expires_at")
    }
}

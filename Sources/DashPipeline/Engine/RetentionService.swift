import DashJobs
import DashModel
import DashStorage
import Logging
import ServiceLifecycle

/// Deletes expired records in bounded steps, so that no request waits long for the writer.
struct RetentionService: Service {
    private static let interval = Duration.seconds(60)
    private static let limit = 5_000

    let store: any RecordSweeper
    let clock: any WallClock
    let logger: Logger

    func run() async throws {
        await Upkeep(interval: Self.interval, failure: "deleting expired records failed", logger: logger)
            .run { try await deleteExpired() }
    }

    func deleteExpired() async throws {
        while try await store.deleteExpired(now: clock.now, limit: Self.limit) > 0 {
            try Task.checkCancellation()
            await Task.yield()
        }
    }
}

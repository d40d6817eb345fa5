import DashModel
import DashStorage
import Logging
import ServiceLifecycle

/// Deletes expired records in bounded steps, so that no request waits long for the writer.
struct RetentionService: Service {
    private static let interval = Duration.seconds(60)
    private static let limit = 5_000

    let store: any RecordStore
    let clock: any WallClock
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await deleteExpired()
                } catch is CancellationError {
                } catch {
                    logger.warning("deleting expired records failed", metadata: ["error": "\(error)"])
                }
                do { try await Task.sleep(for: Self.interval) } catch { return }
            }
        }
    }

    func deleteExpired() async throws {
        while try await store.deleteExpired(now: clock.now, limit: Self.limit) > 0 {
            try Task.checkCancellation()
            await Task.yield()
        }
    }
}

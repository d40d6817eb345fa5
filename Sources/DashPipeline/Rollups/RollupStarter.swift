import DashJobs
import DashModel
import DashStorage
import Logging
import ServiceLifecycle

/// Has all roll-ups looked at when a node starts: widgets may be older than this binary, or came by a copy.
struct RollupStarter: Service {
    let store: any JobStore
    let signals: JobSignals
    let clock: any WallClock
    let logger: Logger

    func run() async throws {
        do {
            try await store.enqueue([RollupJobs.reconcileAll], now: clock.now)
            signals["default"].wake()
        } catch is CancellationError {
        } catch {
            // Charts read the rows until the next start, or until their widgets are saved.
            logger.warning(
                "looking at the roll-ups could not be enqueued",
                metadata: ["error": "\(String(reflecting: error))"]
            )
        }
        try? await gracefulShutdown()
    }
}

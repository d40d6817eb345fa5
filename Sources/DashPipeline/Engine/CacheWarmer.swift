import DashExchange
import DashModel
import DashStorage
import Logging
import ServiceLifecycle

/// Fills the cache from the store at start, so that the first viewers find the last records there.
struct CacheWarmer: Service {
    let store: Store
    let hotRecords: HotRecords
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            do {
                try await warm()
            } catch is CancellationError {
            } catch {
                // Viewers' first looks fill what is missing.
                logger.warning("warming the cache failed", metadata: ["error": "\(String(reflecting: error))"])
            }
            try? await gracefulShutdown()
        }
    }

    func warm() async throws {
        var query = ResourceQuery(limit: 500)
        while true {
            let page = try await store.resources.list(Resources.pipelines, query, in: .system)
            for row in page.rows {
                try Task.checkCancellation()
                try await hotRecords.warm(row.id)
            }
            guard let next = page.next else { return }
            query.after = next
        }
    }
}

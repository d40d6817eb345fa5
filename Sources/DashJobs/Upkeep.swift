package import Logging
import ServiceLifecycle

/// Something that is done again and again until the server stops. A failure is told, and the next turn comes.
package struct Upkeep {
    let interval: Duration
    let failure: Logger.Message
    let logger: Logger

    package init(interval: Duration, failure: Logger.Message, logger: Logger) {
        self.interval = interval
        self.failure = failure
        self.logger = logger
    }

    package func run(_ turn: @escaping @Sendable () async throws -> Void) async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await turn()
                } catch is CancellationError {
                } catch {
                    logger.warning(failure, metadata: ["error": "\(error)"])
                }
                do { try await Task.sleep(for: interval) } catch { return }
            }
        }
    }
}

public import Logging
import ServiceLifecycle

/// Something that is done again and again until the server stops. A failure is told, and the next turn comes.
public struct Upkeep: Sendable {
    let interval: Duration
    let failure: Logger.Message
    let logger: Logger

    /// `failure` says in the log what could not be done.
    public init(interval: Duration, failure: Logger.Message, logger: Logger) {
        self.interval = interval
        self.failure = failure
        self.logger = logger
    }

    /// Until the server stops or the task is cancelled.
    public func run(_ turn: @escaping @Sendable () async throws -> Void) async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await turn()
                } catch is CancellationError {
                } catch {
                    logger.warning(failure, metadata: ["error": "\(String(reflecting: error))"])
                }
                do { try await Task.sleep(for: interval) } catch { return }
            }
        }
    }
}

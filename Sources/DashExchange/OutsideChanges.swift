public import Logging
public import ServiceLifecycle

/// Tells those who follow resources that a process which tells nobody has changed the database: a command beside the
/// running server, or somebody's own SQL. What changed is not known, so they look at all again.
public struct OutsideChanges: Service {
    private let pubsub: MemoryPubSub
    private let interval: Duration
    private let logger: Logger
    private let commits: @Sendable () async throws -> Int64

    /// `commits` asks for a number that is another one when somebody else has committed.
    public init(
        pubsub: MemoryPubSub,
        every interval: Duration = .seconds(2),
        logger: Logger,
        commits: @escaping @Sendable () async throws -> Int64
    ) {
        self.pubsub = pubsub
        self.interval = interval
        self.logger = logger
        self.commits = commits
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown { await look() }
    }

    private func look() async {
        var last: Int64?
        while !Task.isCancelled {
            do {
                let commits = try await commits()
                if let last, last != commits { pubsub.lose(.resources) }
                last = commits
            } catch {
                logger.warning(
                    "Changes by others could not be looked for",
                    metadata: ["error": "\(String(reflecting: error))"]
                )
            }
            do { try await Task.sleep(for: interval) } catch { return }
        }
    }
}

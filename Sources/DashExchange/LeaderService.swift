public import Logging
public import ServiceLifecycle

/// Runs the duties of the leading node while this node leads.
public struct LeaderService: Service {
    private let leadership: any Leadership
    private let duties: [any Service]
    private let logger: Logger

    public init(leadership: any Leadership, duties: [any Service], logger: Logger) {
        self.leadership = leadership
        self.duties = duties
        self.logger = logger
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await leadership.leading {
                await withDiscardingTaskGroup { group in
                    for duty in duties { group.addTask { await perform(duty) } }
                }
            }
        }
    }

    /// A duty that fails takes neither the others nor the node with it.
    private func perform(_ duty: any Service) async {
        do {
            try await duty.run()
        } catch is CancellationError {
        } catch {
            logger.error(
                "a duty of the leader ended",
                metadata: ["duty": "\(type(of: duty))", "error": "\(String(reflecting: error))"]
            )
        }
    }
}

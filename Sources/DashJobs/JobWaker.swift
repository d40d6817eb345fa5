import DashModel
public import ServiceLifecycle

/// Wakes this node's runners for jobs that other nodes inserted.
public struct JobWaker: Service {
    private let signals: JobSignals
    private let queues: AsyncStream<String?>

    /// `queues` names each queue that got a job; nil: any may have.
    public init(signals: JobSignals, queues: AsyncStream<String?>) {
        self.signals = signals
        self.queues = queues
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            for await queue in queues {
                if let queue { signals[queue].wake() } else { signals.wakeAll() }
            }
        }
    }
}

public import DashJSON
public import DashJobs
import DashModel
public import DashStorage

/// The durable queue of the server's mails: a letter is enqueued in the transaction of what causes it.
public struct MailQueue: Sendable {
    public static let name = "mail"

    private let signals: JobSignals

    public init(signals: JobSignals = JobSignals()) { self.signals = signals }

    /// With backoff its tries span more than an hour.
    public func job(_ parameters: JSONValue) -> NewJob {
        NewJob(queue: Self.name, kind: MailJob.kind, parameters: parameters, maxAttempts: 14)
    }

    /// To be called after the commit.
    public func wake() { signals[Self.name].wake() }
}

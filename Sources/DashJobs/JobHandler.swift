/// Does one kind of job. A thrown error means another try, later and later, until the attempts are used up.
/// A handler whose task is cancelled has lost its lease, or the node stops: it must end soon and commit nothing.
public protocol JobHandler: Sendable {
    associatedtype Parameters: JobParameters

    var kind: String { get }

    func run(_ parameters: Parameters, _ context: JobContext) async throws -> JobResult

    /// Called instead of `run` when the process ended at each of the job's last starts. Says so where people see it, and
    /// sees to it that no job of the same kind takes its place; what may have ended the process must not be read.
    func setAside(_ parameters: Parameters, reason: String) async throws
}

extension JobHandler {
    public func setAside(_ parameters: Parameters, reason: String) async throws {}
}

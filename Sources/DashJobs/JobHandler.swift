/// Does one kind of job. A thrown error means another try, later and later, until the attempts are used up.
/// A handler whose task is cancelled has lost its lease, or the node stops: it must end soon and commit nothing.
public protocol JobHandler: Sendable {
    associatedtype Parameters: JobParameters

    var kind: String { get }

    func run(_ parameters: Parameters, _ context: JobContext) async throws -> JobResult
}

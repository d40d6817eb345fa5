import DashJSON
import DashJobs
import DashModel
import Synchronization

/// A handler that does as it is told, and remembers what it ran.
final class Recorder: JobHandler {
    typealias Body = @Sendable (JSONValue, JobContext) async throws -> JobResult

    let kind: String
    private let body: Body
    private let state = Mutex<[(parameters: JSONValue, attempt: Int)]>([])
    private let reasons = Mutex<[String]>([])

    init(_ kind: String = "record", _ body: @escaping Body = { _, _ in .completed }) {
        self.kind = kind
        self.body = body
    }

    var parameters: [JSONValue] { state.withLock { $0.map(\.parameters) } }
    /// Why its jobs were set aside.
    var farewells: [String] { reasons.withLock { $0 } }
    var attempts: [Int] { state.withLock { $0.map(\.attempt) } }

    func run(_ parameters: JSONValue, _ context: JobContext) async throws -> JobResult {
        state.withLock { $0.append((parameters, context.attempt)) }
        return try await body(parameters, context)
    }

    func setAside(_ parameters: JSONValue, reason: String) async throws { reasons.withLock { $0.append(reason) } }
}

import DashJSON
import DashModel
import DashStorage

/// The handlers of a server by kind, their parameter types erased.
public struct JobRegistry: Sendable {
    private var handlers: [String: @Sendable (JSONValue, JobContext) async throws -> JobResult] = [:]
    private var farewells: [String: @Sendable (JSONValue, String) async throws -> Void] = [:]

    public init() {}

    public mutating func register(_ handler: some JobHandler) {
        handlers[handler.kind] = { json, context in
            try await handler.run(Self.parameters(of: handler, json), context)
        }
        farewells[handler.kind] = { json, reason in
            try await handler.setAside(Self.parameters(of: handler, json), reason: reason)
        }
    }

    public var kinds: [String] { handlers.keys.sorted() }

    /// Throws when the parameters can't be read or the handler throws; a kind without a handler is left to other
    /// nodes, which may be newer.
    func run(_ job: ClaimedJob, _ context: JobContext) async throws -> JobResult {
        guard let handler = handlers[job.kind] else {
            return .retry(after: .seconds(30), reason: "this node has no handler for \(job.kind)")
        }
        return try await handler(job.parameters, context)
    }

    /// Has the handler note that the job is given up without another start.
    func setAside(_ job: ClaimedJob, reason: String) async throws {
        try await farewells[job.kind]?(job.parameters, reason)
    }

    private static func parameters<Handler: JobHandler>(
        of handler: Handler,
        _ json: JSONValue
    ) throws -> Handler.Parameters {
        try Handler.Parameters(json: json)
    }
}

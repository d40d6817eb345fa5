import DashAPI
import DashStorage
import Hummingbird

/// Answers requests in a task of their own inside the connection's, each with a mark of what it wrote.
///
/// A task keeps the stack that its deepest call needed until it ends, and a live stream's task ends when its viewer
/// leaves: without this each viewer would hold 20 KB that only the way to its first byte needed.
struct ChildTaskResponder<Base: HTTPResponder>: HTTPResponder where Base.Context == DashRequestContext {
    let base: Base

    func respond(to request: Request, context: Base.Context) async throws -> Response {
        // Ingest answers at once and holds nothing, and one more task is one record's cost there.
        if request.uri.path.hasPrefix("/ingest/") { return try await base.respond(to: request, context: context) }
        if Self.isLong(request.uri.path) {
            return try await ClientDeparture.cancelling(on: context.channel) {
                try await WriteMark.$current.withValue(WriteMark()) {
                    try await base.respond(to: request, context: context)
                }
            }
        }
        async let response = WriteMark.$current.withValue(WriteMark()) {
            try await base.respond(to: request, context: context)
        }
        return try await response
    }

    /// What computes for long and changes nothing ends when its client has gone.
    private static func isLong(_ path: String) -> Bool { path == "/api/v1/query" || path.hasSuffix("/preview") }
}

import DashStorage
import Hummingbird

/// Answers requests in a task of their own inside the connection's, each with a mark of what it wrote.
///
/// A task keeps the stack that its deepest call needed until it ends, and a live stream's task ends when its viewer
/// leaves: without this each viewer would hold 20 KB that only the way to its first byte needed.
struct ChildTaskResponder<Base: HTTPResponder>: HTTPResponder where Base.Context: Sendable {
    let base: Base

    func respond(to request: Request, context: Base.Context) async throws -> Response {
        // Ingest answers at once and holds nothing, and one more task is one record's cost there.
        if request.uri.path.hasPrefix("/ingest/") { return try await base.respond(to: request, context: context) }
        async let response = WriteMark.$current.withValue(WriteMark()) {
            try await base.respond(to: request, context: context)
        }
        return try await response
    }
}

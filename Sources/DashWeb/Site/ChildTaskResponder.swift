import DashAPI
import DashModel
import DashStorage
import HTTPTypes
import Hummingbird

/// Answers requests in a task of their own inside the connection's, each with a mark of what it wrote.
///
/// A task keeps the stack that its deepest call needed until it ends, and a live stream's task ends when its viewer
/// leaves: without this each viewer would hold 20 KB that only the way to its first byte needed.
struct ChildTaskResponder<Base: HTTPResponder>: HTTPResponder where Base.Context == DashRequestContext {
    let base: Base

    func respond(to request: Request, context: Base.Context) async throws -> Response {
        let path = request.uri.path
        // Ingest answers at once and holds nothing, and one more task is one record's cost there.
        if path.hasPrefix("/ingest/") { return try await base.respond(to: request, context: context) }
        if Self.computes(path) { return try await respondLong(to: request, context, endsWithClient: true) }
        // A file that is sent: its sender may have said all it has to say and wait for the answer.
        if request.method == .post, path.hasSuffix("/uploads") {
            return try await respondLong(to: request, context, endsWithClient: false)
        }
        async let response = WriteMark.$current.withValue(WriteMark()) {
            try await base.respond(to: request, context: context)
        }
        return try await response
    }

    /// Ends the work with the right to it, and what changes nothing with its client.
    private func respondLong(
        to request: Request,
        _ context: Base.Context,
        endsWithClient: Bool
    ) async throws -> Response {
        let long = LongRequest()
        let departure = endsWithClient ? ClientDeparture.watch(context.channel, long.stop) : nil
        defer { departure?.end() }
        do {
            let response = try await long.run {
                try await WriteMark.$current.withValue(WriteMark()) {
                    try await base.respond(to: request, context: context)
                }
            }
            // What came to its end before it was stopped is answered.
            guard long.hasLostRight, response.status.code >= 400 else { return response }
        } catch {
            guard long.hasLostRight else { throw error }
        }
        return DashError(.unauthenticated, "The right to this ended while it was being done.")
            .response(at: request.uri.path, requestID: context.requestID)
    }

    /// What computes for long and changes nothing.
    private static func computes(_ path: String) -> Bool { path == "/api/v1/query" || path.hasSuffix("/preview") }
}

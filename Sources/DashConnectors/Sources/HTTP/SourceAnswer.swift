import DashJSON
import DashModel
import NIOHTTP1

/// What a source answered, the same for every way of asking.
enum SourceAnswer {
    case body(OutboundResponse)
    /// A success that holds no records: 204, or a body that is empty.
    case nothing(OutboundResponse)
    /// Nothing is new since the tag that was sent.
    case unchanged(OutboundResponse)

    /// Throws `DashError` for a failure.
    static func of(
        _ request: OutboundRequest,
        _ http: AuthorizedHTTP,
        _ auth: JSONValue?,
        _ clock: any WallClock
    ) async throws -> SourceAnswer {
        let response = try await http.send(request, auth: auth)
        if response.status == .notModified { return .unchanged(response) }
        if let problem = ResponseProblem.of(response, now: clock.now) { throw problem }
        return isNothing(response) ? .nothing(response) : .body(response)
    }

    var response: OutboundResponse {
        switch self {
        case .body(let response), .nothing(let response), .unchanged(let response): response
        }
    }

    /// White space alone is nothing in any format that is read.
    static func isNothing(_ response: OutboundResponse) -> Bool {
        guard (200...299).contains(response.status.code) else { return false }
        return response.status == .noContent || response.status == .resetContent
            || response.body.allSatisfy { $0 == 32 || (9...13).contains($0) }
    }
}

import DashModel
public import DashPipeline
import FoundationEssentials
import HTTPTypes
public import Hummingbird

/// Holds requests to the rates of their team, token or address, and tells programs how much is left. It follows
/// `Authentication`, which says who asks.
public struct RateLimiting: RouterMiddleware {
    private let border: Border

    public init(border: Border) { self.border = border }

    public func handle(
        _ request: Request,
        context: DashRequestContext,
        next: @concurrent (Request, DashRequestContext) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path
        let isForPrograms = path.hasPrefix("/api/") || path.hasPrefix("/live/")
        var tightest: RateStatus?
        for (limit, party) in limits(path, context) {
            let status = border.rates.take(limit, party)
            if !status.isAllowed { return try refusal(status, path, context) }
            if status.share < tightest?.share ?? .infinity { tightest = status }
        }
        var response = try await next(request, context)
        if isForPrograms, let tightest { response.headers.tell(tightest) }
        return response
    }

    private func limits(_ path: String, _ context: DashRequestContext) -> [(RateLimit, Party)] {
        let limits = border.rateLimits
        var asked: [(RateLimit, Party)] = []
        let address = context.remoteAddress.map { Party.client($0) }
        if let principal = context.principal {
            asked.append((limits.requests, .team(principal.team)))
            if case .token(let id, _) = principal.kind { asked.append((limits.requests, .token(id))) }
            if path == "/api/v1/query" { asked.append((limits.queries, .team(principal.team))) }
        } else if let address {
            asked.append((limits.visits, address))
        }
        if let address, path.hasPrefix("/live/") || path.hasSuffix("/live") { asked.append((limits.streams, address)) }
        return asked
    }

    private func refusal(_ status: RateStatus, _ path: String, _ context: DashRequestContext) throws -> Response {
        var response: Response
        if path.hasPrefix("/api/") || path.hasPrefix("/live/") {
            response = status.error.response(at: path, requestID: context.requestID)
        } else {
            // A person gets a page, which the answers to errors make.
            throw status.error
        }
        response.headers.tell(status)
        return response
    }
}

extension RateStatus {
    fileprivate var share: Double { Double(remaining) / Double(limit.quota) }
}

extension Party {
    /// The address a client is known by: what stands for one line.
    public static func client(_ address: String) -> Party {
        .address(IPAddress(text: address)?.block.text ?? address)
    }
}

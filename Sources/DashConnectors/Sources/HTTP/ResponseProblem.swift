import DashModel
import NIOHTTP1

/// What a source's answer means for the pipeline when it is no success.
enum ResponseProblem {
    /// nil for a success. A refusal of the credentials is `.unauthenticated`, which no repetition heals.
    static func of(_ response: OutboundResponse, now: Timestamp) -> DashError? {
        let code = response.status.code
        let who = response.server.map { "The source \($0)" } ?? "The source"
        let what = "\(who) answered \(code)\(AnswerExcerpt.of(response))"
        switch code {
        case 200...299: return nil
        case 401: return DashError(.unauthenticated, "\(what): check the authorization.")
        case 403: return DashError(.forbidden, "\(what): the credentials may not read this.")
        case 429:
            return DashError(
                .rateLimited,
                "\(what): it is asked too often.",
                retryAfter: response.retryAfter(now: now)
            )
        case 408, 425, 500...599:
            return DashError(.unavailable, "\(what).", retryAfter: response.retryAfter(now: now))
        default: return DashError(.invalid, "\(what).")
        }
    }
}

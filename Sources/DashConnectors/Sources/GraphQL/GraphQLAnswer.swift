import DashJSON
import DashModel

/// What `errors` in a GraphQL answer mean for a poll.
enum GraphQLAnswer {
    private static let maxMessage = 200

    /// nil when the data may be used: there are no errors, or the pipeline takes partial answers and there is data.
    static func problem(
        of document: JSONDocument,
        in response: OutboundResponse,
        takesPartial: Bool
    ) -> DashError? {
        guard let root = document.roots.first.map({ document.view($0) }) else { return nil }
        let hasData = root["data"].map { !$0.isNull } ?? false
        guard let errors = root["errors"], let first = errors.elements.first(where: { _ in true }) else {
            return hasData ? nil : DashError(.invalid, "The source's answer has no data; is it a GraphQL address?")
        }
        if takesPartial, hasData { return nil }
        let text = first["message"]?.string.map { AnswerExcerpt.hidden($0, of: response) }
        let message = text?.prefix(maxMessage) ?? "without a message"
        let code = first["extensions"]?["code"]?.string ?? first["type"]?.string ?? ""
        let count = errors.elements.reduce(0) { count, _ in count + 1 }
        let more = count > 1 ? " (and \(count - 1) more)" : ""
        switch code.uppercased() {
        case "RATE_LIMITED", "RATE_LIMIT", "THROTTLED", "TOO_MANY_REQUESTS":
            return DashError(.rateLimited, "The source is asked too often: \(message)")
        case "UNAUTHENTICATED": return DashError(.unauthenticated, "The source refuses the credentials: \(message)")
        case "INTERNAL_SERVER_ERROR", "SERVICE_UNAVAILABLE":
            return DashError(.unavailable, "The source failed: \(message)\(more)")
        default: return DashError(.invalid, "The source answered with an error: \(message)\(more)")
        }
    }
}

import HTTPTypes
import Hummingbird

/// Content negotiation as JSON:API 1.1 wants it. No extension is supported, profiles are ignored.
enum MediaTypes {
    static let jsonAPI = "application/vnd.api+json"
    static let json = "application/json"

    /// Throws 406 when the client takes nothing that we have.
    static func requireAcceptable(_ request: Request) throws {
        let accepted = request.headers[values: .accept].flatMap { MediaRange.list($0) }
        guard accepted.isEmpty || isAcceptable(accepted) else {
            throw RESTError(
                .notAcceptable,
                "not_acceptable",
                "This address answers with \(jsonAPI), without parameters.",
                header: "Accept"
            )
        }
    }

    private static func isAcceptable(_ accepted: [MediaRange]) -> Bool {
        let named = accepted.filter { $0.type == jsonAPI }
        // Where JSON:API is named at all, another range does not make up for parameters that we don't have.
        guard named.isEmpty else { return named.contains { isOurs($0) && $0.quality > 0 } }
        for type in [json, "application/*", "*/*"] {
            let ranges = accepted.filter { $0.type == type }
            // The closest range decides, whatever wider ones say.
            if !ranges.isEmpty { return ranges.contains { $0.quality > 0 } }
        }
        return false
    }

    /// Throws 415 unless the body is JSON:API, or, where `alsoPlain`, plain JSON.
    static func requireSupported(_ request: Request, alsoPlain: Bool = false) throws {
        let given = MediaRange(request.headers[.contentType] ?? "")
        if given.type == jsonAPI, isOurs(given) { return }
        if alsoPlain, given.type == json { return }
        let wanted = alsoPlain ? "\(jsonAPI) or \(json)" : "\(jsonAPI), without parameters"
        throw RESTError(
            .unsupportedMediaType,
            "unsupported_media_type",
            "The body's Content-Type must be \(wanted).",
            header: "Content-Type"
        )
    }

    /// Whether it is modified by nothing but profiles.
    private static func isOurs(_ range: MediaRange) -> Bool { range.parameters.keys.allSatisfy { $0 == "profile" } }
}

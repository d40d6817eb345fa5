import HTTPTypes
import Hummingbird

/// Content negotiation as JSON:API 1.1 wants it.
enum MediaTypes {
    static let jsonAPI = "application/vnd.api+json"
    static let json = "application/json"

    /// Throws 406 when the client takes nothing that we have. Extensions are not supported, profiles are ignored.
    static func requireAcceptable(_ request: Request) throws {
        let accepted = request.headers[values: .accept].flatMap { $0.split(separator: ",") }.map(parts)
        guard !accepted.isEmpty else { return }
        let isFine = accepted.contains { type, parameters in
            switch type {
            case jsonAPI: parameters.allSatisfy { $0 == "q" || $0 == "profile" }
            case json, "application/*", "*/*": true
            default: false
            }
        }
        guard isFine else {
            throw RESTError(
                .notAcceptable,
                "not_acceptable",
                "This address answers with \(jsonAPI) without parameters."
            )
        }
    }

    /// Throws 415 unless the body is JSON:API, or, where `alsoPlain`, plain JSON.
    static func requireSupported(_ request: Request, alsoPlain: Bool = false) throws {
        let (type, parameters) = parts(Substring(request.headers[.contentType] ?? ""))
        if type == jsonAPI, parameters.allSatisfy({ $0 == "profile" }) { return }
        if alsoPlain, type == json { return }
        let wanted = alsoPlain ? "\(jsonAPI) or \(json)" : "\(jsonAPI), without parameters"
        throw RESTError(.unsupportedMediaType, "unsupported_media_type", "The body's Content-Type must be \(wanted).")
    }

    /// The type in lower case and the names of its parameters.
    private static func parts(_ text: Substring) -> (String, [String]) {
        let pieces = text.split(separator: ";").map { trimmed($0).lowercased() }
        let names = pieces.dropFirst().map { String($0.prefix { $0 != "=" }) }
        return (pieces.first ?? "", names)
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}

import DashJSON
import DashModel
import DashPipeline
import Foundation
import NIOHTTP1

/// The `auth` group of HTTP configs: none, basic, bearer, header, query, and for sources OAuth 2.
enum HTTPAuthorization {
    static let field = ConfigField("auth", .group(fields(kinds: [])), label: "Authorization")

    /// With OAuth 2 client credentials.
    static let sourceField = ConfigField(
        "auth",
        .group(
            fields(kinds: ["oauth2"]) + [
                ConfigField("token_url", .url, label: "token URL", help: "Where OAuth 2 gives out tokens."),
                ConfigField("client_id", .string, label: "client id"),
                ConfigField("client_secret", .string, secret: true),
                ConfigField("scope", .string, help: "Separated by spaces."),
                ConfigField("audience", .string, help: "Only where the server wants one."),
                ConfigField(
                    "client_auth",
                    .choice(["basic", "body"]),
                    default: "basic",
                    label: "client authentication",
                    help: "basic: in the Authorization header. body: in the request's body."
                ),
            ]
        ),
        label: "Authorization"
    )

    private static func fields(kinds: [String]) -> [ConfigField] {
        [
            ConfigField(
                "kind",
                .choice(["none", "basic", "bearer", "header", "query"] + kinds),
                default: "none"
            ),
            ConfigField("username", .string, help: "For basic."),
            ConfigField("password", .string, secret: true, help: "For basic."),
            ConfigField("token", .string, secret: true, help: "For bearer."),
            ConfigField("name", .string, help: "The header's or query parameter's name."),
            ConfigField("value", .string, secret: true, help: "The header's or query parameter's value."),
        ]
    }

    /// Throws `DashError` `.invalid` with an issue for each setting that the chosen kind lacks.
    static func check(_ config: JSONValue?) throws {
        let needed: [String] =
            switch config?["kind"]?.stringValue ?? "none" {
            case "basic": ["username"]
            case "bearer": ["token"]
            case "header", "query": ["name", "value"]
            case "oauth2": ["token_url", "client_id", "client_secret"]
            default: []
            }
        let missing = needed.filter { (config?[$0]?.stringValue ?? "").isEmpty }
        guard missing.isEmpty else {
            let issues = missing.map { DashError.Issue(pointer: "/auth/\($0)", message: "is missing") }
            throw DashError(.invalid, "the credentials are incomplete", issues: issues)
        }
    }

    /// Adds the credentials to a request.
    static func apply(_ config: JSONValue?, to request: inout OutboundRequest) {
        func text(_ name: String) -> String { config?[name]?.stringValue ?? "" }
        request.credentials += [text("password"), text("token"), text("value")].filter { !$0.isEmpty }
        switch config?["kind"]?.stringValue ?? "none" {
        case "basic":
            let pair = Data((text("username") + ":" + text("password")).utf8).base64EncodedString()
            request.headers.replaceOrAdd(name: "authorization", value: "Basic " + pair)
        case "bearer": request.headers.replaceOrAdd(name: "authorization", value: "Bearer " + text("token"))
        case "header": request.headers.replaceOrAdd(name: text("name"), value: text("value"))
        case "query": request.url = HTTPQuery.adding([(text("name"), text("value"))], to: request.url)
        default: break
        }
    }
}

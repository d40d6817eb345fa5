import DashJSON
import DashPipeline
import Foundation
import NIOHTTP1

/// The `auth` group of HTTP configs: none, basic, bearer, header or query.
enum HTTPAuthorization {
    static let field = ConfigField(
        "auth",
        .group([
            ConfigField("kind", .choice(["none", "basic", "bearer", "header", "query"]), default: "none"),
            ConfigField("username", .string, help: "For basic."),
            ConfigField("password", .string, secret: true, help: "For basic."),
            ConfigField("token", .string, secret: true, help: "For bearer."),
            ConfigField("name", .string, help: "The header's or query parameter's name."),
            ConfigField("value", .string, secret: true, help: "The header's or query parameter's value."),
        ]),
        label: "Authorization"
    )

    /// Adds the credentials to a request.
    static func apply(_ config: JSONValue?, to request: inout OutboundRequest) {
        func text(_ name: String) -> String { config?[name]?.stringValue ?? "" }
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

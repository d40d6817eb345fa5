import DashAPI
import DashModel
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Mustache
import NIOCore

/// What a template is given: names and values. A value that is absent or false leaves its section out.
typealias ViewData = [String: any Sendable]

/// Renders the Mustache templates, each page inside the layout.
struct PageRenderer: Sendable {
    private let library: MustacheLibrary
    private let assets: StaticFiles
    /// Whether who has not confirmed an address can be told to.
    private let sendsMail: Bool

    /// `parts` are templates that lie in no file, by their names.
    init(templates: String, parts: [String: String], assets: StaticFiles, sendsMail: Bool) async throws {
        var library = try await MustacheLibrary(directory: templates)
        for (name, part) in parts { try library.register(part, named: name) }
        self.library = library
        self.assets = assets
        self.sendsMail = sendsMail
        guard library.getTemplate(named: "layout") != nil else {
            throw DashError(.internal, "The folder \(templates) holds no page templates.")
        }
    }

    /// A whole page. `section` is the entry of the navigation that it belongs to.
    func page(
        _ template: String,
        title: String,
        section: String? = nil,
        _ data: ViewData = [:],
        status: HTTPResponse.Status = .ok,
        context: DashRequestContext
    ) throws -> Response {
        var data = frame(title: title, section: section, context: context).merging(data) { _, own in own }
        data["assets"] = Self.assetNames.mapValues { assets.address(of: $0) }
        return try response(template, data, status: status)
    }

    /// A part of a page, for htmx.
    func fragment(_ template: String, _ data: ViewData, context: DashRequestContext) throws -> Response {
        try response(template, data.merging(["csrf": context.csrfToken ?? ""]) { own, _ in own }, status: .ok)
    }

    /// An error as a page, or as a message when htmx asked.
    func problem(_ problem: ProblemDetails, request: Request, context: DashRequestContext) throws -> Response {
        let data: ViewData = [
            "code": problem.status.code, "heading": problem.title, "detail": problem.detail,
            "requestID": context.requestID,
            "issues": problem.issues.map { ["pointer": $0.pointer, "message": $0.message] as ViewData },
        ]
        var response =
            request.isFragment
            ? try self.response("problem-message", data, status: problem.status)
            : try page("problem", title: problem.title, data, status: problem.status, context: context)
        if let seconds = problem.retryAfterSeconds { response.headers[.retryAfter] = String(seconds) }
        if let allow = problem.allow { response.headers[.allow] = allow }
        return response
    }

    private func frame(title: String, section: String?, context: DashRequestContext) -> ViewData {
        var data: ViewData = ["title": title]
        if let session = context.session {
            data["csrf"] = session.csrfToken
            data["account"] = session.email
            data["isUnconfirmed"] = sendsMail && !session.isConfirmed
            if let team = session.team {
                data["team"] = team.name
                data["role"] = team.role.rawValue
            }
            data["isAdmin"] = (session.team?.role ?? .viewer) >= .admin
            data["isMember"] = (session.team?.role ?? .viewer) >= .member
        }
        if let section { data["in_" + section] = true }
        return data
    }

    private func response(_ template: String, _ data: ViewData, status: HTTPResponse.Status) throws -> Response {
        guard let text = library.render(data, withTemplate: template) else {
            throw DashError(.internal, "The page template \(template) is missing.")
        }
        return Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }

    private static let assetNames = [
        "style": "css/app.css", "uplotStyle": "vendor/uplot.min.css", "theme": "js/theme.js", "app": "js/app.js",
        "htmx": "vendor/htmx.min.js", "uplot": "vendor/uplot.iife.min.js", "icon": "img/icon.svg",
    ]
}

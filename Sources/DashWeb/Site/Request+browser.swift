import HTTPTypes
import Hummingbird

extension Request {
    /// A person reads the answer: a browser asks for HTML, on a route that has pages.
    var wantsPage: Bool {
        guard !uri.path.hasPrefix("/api/"), !uri.path.hasPrefix("/live/") else { return false }
        return headers[.accept]?.contains("text/html") == true || isFragment
    }

    /// htmx asks for a part of a page.
    var isFragment: Bool { headers[.htmxRequest] == "true" }
}

extension Response {
    /// Sends the browser on, in htmx's way when htmx asked.
    static func seeOther(_ path: String, for request: Request) -> Response {
        if request.isFragment {
            return Response(status: .noContent, headers: [.htmxRedirect: path])
        }
        return Response(status: .seeOther, headers: [.location: path])
    }
}

import DashAPI
import DashModel
import HTTPTypes
import Hummingbird

extension Site {
    /// A page with a form for anybody, signed in or not.
    func anonymous(
        _ template: String,
        _ title: String,
        _ data: ViewData,
        _ request: Request,
        _ context: DashRequestContext,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let (token, cookie) = FormSecret.anonymous(for: request, secure: settings.isSecure)
        var data = data
        data["csrf"] = context.csrfToken ?? token
        data["sendsMail"] = accounts.sendsMail
        var response = try pages.page(template, title: title, data, status: status, context: context)
        if let cookie, context.session == nil { response.setCookie(cookie) }
        return response
    }

    /// The same for a page whose address holds a token, which goes nowhere else.
    func secret(
        _ template: String,
        _ title: String,
        _ data: ViewData,
        _ request: Request,
        _ context: DashRequestContext,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        var response = try anonymous(template, title, data, request, context, status: status)
        response.headers[.referrerPolicy] = "no-referrer"
        return response
    }

    /// Sends a browser that has just signed in on its way.
    func enter(_ signedIn: SignedIn, _ next: String, _ request: Request) -> Response {
        var response = Response.seeOther(next, for: request)
        let lifetime = accounts.sessionLimits.absolute
        response.setCookie(
            SessionCookie.make(token: signedIn.token, lifetime: lifetime, secure: settings.isSecure)
        )
        response.setCookie(BrowserCookie.make(signedIn.browsers, secure: settings.isSecure))
        return response
    }
}

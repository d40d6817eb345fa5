import Crypto
import DashAPI
import DashModel
import HTTPTypes
import Hummingbird

/// Keeps other sites from posting our forms. A signed-in browser's token is its session's; one that is not signed in yet
/// gets a token in a cookie of its own, which the form has to repeat.
enum FormSecret {
    static let field = "_csrf"
    static let cookie = "dash_form"

    /// The token for a form of a browser without a session, and the cookie that goes with it when it has none yet.
    static func anonymous(for request: Request, secure: Bool) -> (token: String, cookie: Cookie?) {
        if let known = request.cookies[cookie]?.value, known.utf8.count == 64 { return (known, nil) }
        let token = SymmetricKey(size: .bits256).withUnsafeBytes { bytes in
            bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        }
        return (token, Cookie(name: cookie, value: token, path: "/", secure: secure, httpOnly: true, sameSite: .lax))
    }

    /// Refuses a post without the right token.
    static func check(_ form: FormData, _ request: Request, _ context: DashRequestContext) throws {
        let presented = form[field] ?? request.headers[.csrfToken]
        if context.session != nil { return try context.requireCSRF(presented) }
        guard let presented, let known = request.cookies[cookie]?.value, known.utf8.count == 64,
            constantTimeEqual(presented, known)
        else {
            throw DashError(.forbidden, "The form's security token is missing or old. Reload the page and try again.")
        }
    }

    private static func constantTimeEqual(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

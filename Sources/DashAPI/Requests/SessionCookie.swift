public import Hummingbird

/// The cookie that holds a session's token.
public enum SessionCookie {
    public static let name = "dash_session"

    /// The cookie for a fresh sign-in; `secure` when Dash is reached over TLS.
    public static func make(token: String, lifetime: Duration, secure: Bool) -> Cookie {
        Cookie(
            name: name,
            value: token,
            maxAge: Int(lifetime.components.seconds),
            path: "/",
            secure: secure,
            httpOnly: true,
            sameSite: .lax
        )
    }

    /// The cookie that makes a browser forget its session.
    public static func expired(secure: Bool) -> Cookie {
        Cookie(name: name, value: "", maxAge: 0, path: "/", secure: secure, httpOnly: true, sameSite: .lax)
    }
}

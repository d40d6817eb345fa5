public import Hummingbird

/// The cookie by which a browser is known to have signed people in; it outlives their sessions.
public enum BrowserCookie {
    public static let name = "dash_browser"

    public static func make(_ value: String, secure: Bool) -> Cookie {
        Cookie(
            name: name,
            value: value,
            maxAge: Int(KnownBrowsers.lifetime.components.seconds),
            path: "/",
            secure: secure,
            httpOnly: true,
            sameSite: .lax
        )
    }
}

/// A fresh session and the token for its cookie, which is shown only here.
public struct SignedIn: Sendable {
    public var session: Session
    public var token: String
    /// The cookie by which the browser is known from now on.
    public var browsers: String

    public init(session: Session, token: String, browsers: String) {
        self.session = session
        self.token = token
        self.browsers = browsers
    }
}

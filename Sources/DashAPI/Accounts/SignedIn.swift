/// A fresh session and the token for its cookie, which is shown only here.
public struct SignedIn: Sendable {
    public var session: Session
    public var token: String

    public init(session: Session, token: String) {
        self.session = session
        self.token = token
    }
}

import DashAPI
import DashConnectors
import DashModel
import DashPipeline
import DashWeb

/// Everything that is set from outside, read and checked once. Each setting is an environment variable `DASH_<NAME>`,
/// described beside its default in `docs/operations.md`.
struct Settings: Sendable {
    var database: Database
    /// Where the embedded database, its key and written files are.
    var dataDirectory: String
    var host: String
    var port: Int
    /// What links in pages and messages start with.
    var publicURL: String
    var publicURLIsSet: Bool
    /// AES-256 keys, newest first; nil: one is kept in the data directory, which only the embedded database allows.
    var secretKeys: [String]?
    /// Where uploaded files wait to be read, how large they may be and how long they are kept.
    var objectStore: ObjectStore
    var uploads: UploadLimits
    /// Address ranges that sources and sinks may reach besides public ones.
    var egressAllow: [String]
    /// What one team, token or address may take.
    var border: BorderLimits
    /// Whose word counts for where a request comes from.
    var proxies: TrustedProxies
    /// How long connections may keep the server waiting.
    var connectionTimes: ConnectionTimes
    var registrationIsOpen: Bool
    /// The mail server of the server's own mails; nil: none are sent.
    var mail: SMTPMailer.Server?
    /// How long a sign-in lasts at most, and unused.
    var sessions: SessionLimits
    var systemSourceIsOn: Bool
    var logLevel: String
    /// How long a stopping server answers "not ready" before it stops listening.
    var drainSeconds: Int
    /// Where `Templates` and `Public` are.
    var resourceDirectory: String

    /// Where people open the server that listens on `port`.
    func address(port: Int) -> String {
        publicURLIsSet ? publicURL : "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }
}

public import DashPipeline

/// How the web server is reached and where its files are.
public struct WebSettings: Sendable {
    /// The address that people use, without a slash at its end: `https://dash.example.org`.
    public var publicURL: String
    /// The folder with our CSS and ES modules, `Public`.
    public var assets: String
    /// The folder with the Mustache templates, `Templates`.
    public var templates: String
    /// The largest body a post may have, before and after it is inflated.
    public var ingestLimit: Int
    /// The largest form.
    public var formLimit: Int
    /// Whose word counts for where a request comes from.
    public var proxies: TrustedProxies
    /// How long connections may keep the server waiting.
    public var times: ConnectionTimes
    /// A body that took longer to arrive is taken only if its sender may still send it.
    public var confirmsAfter = Duration.seconds(1)

    public init(
        publicURL: String,
        assets: String,
        templates: String,
        ingestLimit: Int = 10 * 1_024 * 1_024,
        formLimit: Int = 1_024 * 1_024,
        proxies: TrustedProxies = TrustedProxies(),
        times: ConnectionTimes = ConnectionTimes()
    ) {
        self.publicURL = publicURL.hasSuffix("/") ? String(publicURL.dropLast()) : publicURL
        self.assets = assets
        self.templates = templates
        self.ingestLimit = ingestLimit
        self.formLimit = formLimit
        self.proxies = proxies
        self.times = times
    }

    /// Whether browsers reach Dash over TLS: cookies are then for TLS only.
    public var isSecure: Bool { publicURL.hasPrefix("https://") }
}

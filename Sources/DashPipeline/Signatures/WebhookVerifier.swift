public import DashJSON
public import DashModel

/// Checks that posts come from whom a pipeline's config says: one value a pipeline, made from its preset and secrets.
public struct WebhookVerifier: Sendable {
    /// The presets by their names in configs.
    public static let presets = [
        "standard_webhooks", "github", "stripe", "slack", "shopify", "twilio", "gitlab", "telegram", "header", "hmac",
    ]
    public static let maxSecrets = 4
    private static let maxIDLength = 200

    private let preset: String
    private let scheme: any SignatureScheme

    /// nil when the config asks for no signature. Throws `DashError` `.invalid` with an issue for each secret that
    /// can't be one.
    public init?(config: JSONValue) throws(DashError) {
        guard let preset = config["auth"]?.stringValue, Self.presets.contains(preset) else { return nil }
        let secrets = (config["secrets"]?.arrayValue ?? []).compactMap(\.stringValue).filter { !$0.isEmpty }
        guard (1...Self.maxSecrets).contains(secrets.count) else {
            throw Self.invalid("/secrets", "needs 1 to \(Self.maxSecrets) secrets, the newest first")
        }
        self.preset = preset
        let keys = secrets.map { Array($0.utf8) }
        switch preset {
        case "standard_webhooks":
            do {
                scheme = try StandardWebhooks(secrets: secrets)
            } catch {
                throw Self.invalid("/secrets", error.message)
            }
        case "github": scheme = GitHubSignature(keys: keys)
        case "stripe": scheme = StripeSignature(keys: keys)
        case "slack": scheme = SlackSignature(keys: keys)
        case "shopify": scheme = ShopifySignature(keys: keys)
        case "twilio": scheme = TwilioSignature(keys: keys)
        case "gitlab": scheme = SharedSecret(header: "x-gitlab-token", secrets: keys)
        case "telegram": scheme = TelegramSecret(keys)
        case "header":
            guard let header = config["header"]?.stringValue, HeaderName.isValid(header) else {
                throw Self.invalid("/header", "needs the name of the header that holds the secret, like X-Api-Key")
            }
            scheme = SharedSecret(header: header, secrets: keys)
        default: scheme = HMACSignature(config: config["hmac"], keys: keys)
        }
    }

    /// Whether the headers alone show that a request can't be valid, so that its body need not be read.
    public func precheck(_ request: SignedRequest) throws(DashError) {
        try scheme.precheck(request)
    }

    /// Throws `DashError` `.unauthenticated`; the message tells what to check and holds nothing secret.
    public func verify(_ request: SignedRequest, now: Timestamp) throws(DashError) -> VerifiedRequest {
        var verified = try scheme.verify(request, now: now)
        verified.deliveryID = verified.deliveryID.map {
            "\(preset):\($0.utf8.count > Self.maxIDLength ? Self.shortened($0) : $0)"
        }
        return verified
    }

    private static func shortened(_ id: String) -> String {
        SignatureText.hex(MessageCode.sha256.code(of: [Array(id.utf8)], key: []))
    }

    private static func invalid(_ pointer: String, _ message: String) -> DashError {
        DashError(.invalid, "the config can't be used", issues: [.init(pointer: pointer, message: message)])
    }
}

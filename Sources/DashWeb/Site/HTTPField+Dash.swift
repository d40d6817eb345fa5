import HTTPTypes

extension HTTPField.Name {
    /// A name that is spelt correctly at compile time; the fallback is never taken.
    private static func known(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .date }

    static let idempotencyKey = known("idempotency-key")
    /// Whether an answer is that of an earlier request.
    static let idempotentReplayed = known("idempotent-replayed")
    static let webhookID = known("webhook-id")
    static let webhookRequestOrigin = known("webhook-request-origin")
    static let webhookRequestRate = known("webhook-request-rate")
    static let webhookAllowedOrigin = known("webhook-allowed-origin")
    static let webhookAllowedRate = known("webhook-allowed-rate")
    static let cloudEventVersion = known("ce-specversion")
    static let requestID = known("x-request-id")
    static let csrfToken = known("x-csrf-token")
    static let htmxRequest = known("hx-request")
    static let htmxRedirect = known("hx-redirect")
    static let lastEventID = known("last-event-id")
    static let referrerPolicy = known("referrer-policy")
    static let permissionsPolicy = known("permissions-policy")
    static let crossOriginOpenerPolicy = known("cross-origin-opener-policy")
    static let accelBuffering = known("x-accel-buffering")
    static let robotsTag = known("x-robots-tag")
}
